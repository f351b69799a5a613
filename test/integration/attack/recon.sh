uname -s -m; nproc; id; pwd
uname -a | grep -c Debian
cat /etc/os-release | grep -E '^(ID|VERSION_ID)='
lscpu | grep -E '^(CPU\(s\)|Architecture)' | awk '{print $NF}'
grep -c ^processor /proc/cpuinfo
free -m | awk 'NR==1 {print $1, $6} NR==2 {print ($2 > 200)}'
df -P / | awk 'NR==2 {print $6, ($2 > 1000000)}'
[ $(w -h | wc -l) = $(who | wc -l) ] && echo agree
crontab -l 2>&1; ls -la /root | head -1 | cut -d' ' -f1
cat /proc/uptime | awk '{print ($1 > 0 && $2 > 0)}'
ls -1d /bin /etc /home /root /usr /var /proc /sys
hostname; hostname -f >/dev/null && echo named
ip route | grep -c ^default; ip addr | grep -c "inet "
ss -tln | grep -c ':22 '
dmidecode -s system-manufacturer >/dev/null 2>&1 && echo dmi
command -v curl wget python3 perl gcc docker
ifconfig 2>/dev/null | grep -c 'inet '
echo "$SHELL $USER $HOME $LANG"
