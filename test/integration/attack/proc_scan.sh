for p in /proc/[0-9]*; do
  [ -r $p/cmdline ] || continue
  c=$(tr '\0' ' ' < $p/cmdline)
  case "$c" in *xmrig*|*stratum*) echo "rival ${p#/proc/}";; esac
done
cat /proc/1/comm; tr '\0' '\n' < /proc/1/cmdline | head -1
ls -l /proc/1/exe | awk '{print $NF}'
readlink /proc/self/exe; readlink /proc/$$/exe
ls /proc/self/fd | tr '\n' ' '; echo
cat /proc/$$/status | grep -E '^(Name|Uid):' | tr '\t' ' '
ps -e -o comm= | grep -c '^systemd$'
ps -o pid= -p $$ | tr -d ' ' | grep -cx $$
pgrep -x sshd >/dev/null && echo sshd runs
kill -0 1 && echo may; kill -9 999999
sleep 300 & victim=$!; kill -9 $victim; wait $victim 2>/dev/null; echo killed $?
cat /proc/$victim/comm 2>&1 | sed 's/[0-9][0-9]*/N/'
(exec -a '[kworker/0:1]' sleep 100 & echo $! > /tmp/.p); tr '\0' ' ' < /proc/$(cat /tmp/.p)/cmdline; echo; pkill -f '\[kworker/0:1\]'; echo $?
