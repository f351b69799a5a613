iptables -F; iptables -X; iptables -P INPUT ACCEPT; iptables -t nat -F; echo $?
ufw disable
setenforce 0 2>&1
systemctl stop apparmor 2>/dev/null; service iptables stop
iptables -I INPUT -p tcp --dport 45000 -j ACCEPT && echo opened
iptables -L INPUT -n | tail -n 1 | awk '{print $1, $NF}'
iptables -A OUTPUT -d 203.0.113.99 -j DROP; iptables -S OUTPUT | tail -1
echo 127.0.0.1 pool.example.com >> /etc/hosts; tail -1 /etc/hosts
getent hosts pool.example.com
printf 'nameserver 192.0.2.53\n' > /etc/resolv.conf; grep -c nameserver /etc/resolv.conf
sysctl -w net.ipv4.ip_forward=1; cat /proc/sys/net/ipv4/ip_forward
