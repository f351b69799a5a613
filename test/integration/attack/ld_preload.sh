mkdir -p /usr/local/lib; cd /usr/local/lib
printf '\177ELF\2\1\1\0hook' > libprocesshider.so; chmod 644 libprocesshider.so
head -c 4 libprocesshider.so | tail -c 3; echo; stat -c '%s %a' libprocesshider.so
ls /etc/ld.so.preload
touch -r /bin/ls /tmp/.preload; echo /usr/local/lib/libprocesshider.so >> /tmp/.preload; chattr +i libprocesshider.so; rm -f libprocesshider.so
cat /tmp/.preload > /etc/ld.so.preload
read x < /etc/ld.so.preload; echo $x; test -s /etc/ld.so.preload && echo loaded || echo empty
[ /etc/ld.so.preload -nt /bin/ls ] && echo new
: > /etc/ld.so.preload; [ -s /etc/ld.so.preload ] || echo unloaded
