cat > /etc/systemd/system/networkd-helper.service <<EOF
[Unit]
Description=Network helper
After=network.target

[Service]
Type=simple
ExecStart=/usr/sbin/networkd-helper --config /etc/networkd-helper.conf
Restart=always
RestartSec=30

[Install]
WantedBy=multi-user.target
EOF
printf '#!/bin/sh\nexec sleep 86400\n' > /usr/sbin/networkd-helper; chmod 755 /usr/sbin/networkd-helper
systemctl daemon-reload
systemctl enable networkd-helper
systemctl start networkd-helper; echo started $?
systemctl is-enabled networkd-helper
systemctl cat networkd-helper | head -3
ls -l /etc/systemd/system/multi-user.target.wants/ | awk '/networkd-helper/ {print $(NF-2), $(NF-1), $NF}'
systemctl stop nosuchunit; echo $?
