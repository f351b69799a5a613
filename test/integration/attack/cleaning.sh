unset HISTFILE HISTSAVE HISTZONE HISTORY HISTLOG; export HISTFILE=/dev/null; export HISTSIZE=0; export HISTFILESIZE=0
export WATCH=/dev/null; set +o history
for f in wtmp btmp lastlog auth.log syslog messages secure; do [ -e /var/log/$f ] && : > /var/log/$f; done
wc -c /var/log/wtmp /var/log/auth.log | awk '{print $1}'
last | head -2 | cut -c1-11
rm -f ~/.bash_history; ln -sf /dev/null ~/.bash_history; readlink ~/.bash_history
echo > /var/spool/mail/root 2>/dev/null; echo $?
find /var/log -name '*.gz' -delete; find /var/log -name '*.gz' | wc -l
sed -i '/192.0.2/d' /var/log/auth.log; echo $?
truncate -s 0 /var/log/dpkg.log; stat -c %s /var/log/dpkg.log
shred -u -n 1 -z /var/log/alternatives.log; ls /var/log/alternatives.log
history -c; history -w; echo $?
kill -9 $$
