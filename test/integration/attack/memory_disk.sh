dd if=/dev/zero of=/tmp/.t bs=1024 count=256 2>/tmp/.e; tail -1 /tmp/.e | cut -d, -f1; ls -l /tmp/.t | awk '{print $5}'
dd if=/dev/urandom bs=16 count=2 2>/dev/null | wc -c
sha256sum /tmp/.t | cut -c1-16; rm /tmp/.t
awk '/MemTotal/ {t=$2} /MemAvailable/ {a=$2} END {print (t > a)}' /proc/meminfo
free -k | awk '/^Mem/ {m=$2} END {while ((getline line < "/proc/meminfo") > 0) if (line ~ /MemTotal/) {split(line, f, " "); print (f[2] == m)}}'
test $(df -k / | awk 'NR==2 {print $2}') -gt 1000000 && echo big
df -h /nosuch; echo $?
mount | grep -c ' / '; grep -c ' / ' /proc/mounts
dd if=/proc/self/exe bs=52 count=1 2>/dev/null | head -c 4 | od -c | head -1
head -c 20 /bin/echo | od -An -tx1 -j 18 -N 2 | tr -d ' '
for m in /tmp /var/tmp /dev/shm /run; do touch $m/.w && echo ok $m && rm $m/.w; done
touch /proc/x; mkdir /sys/x; echo 3 > /proc/sys/vm/drop_caches; echo $?
