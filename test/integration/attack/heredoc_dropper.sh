cat > /tmp/.stage.sh << 'EOF'
#!/bin/sh
# A stage in a here-document.
TARGET=${1:-nobody}
i=0
while [ $i -lt 3 ]; do i=$((i+1)); printf '%s:%d ' "$TARGET" $i; done
echo
[ -w /etc/passwd ] && echo privileged
exit 4
EOF
chmod +x /tmp/.stage.sh
/tmp/.stage.sh victim
echo "status $?"
sh /tmp/.stage.sh
tee /tmp/.conf <<-EOF
	indented $((2+3)) $(echo substituted)
	EOF
cat <<< "here string" | sed 's/here/there/'
cp /tmp/.stage.sh /usr/local/bin/stage && stage moved; which stage
rm -f /tmp/.stage.sh; /tmp/.stage.sh
mv /tmp/.conf /var/tmp/kept
