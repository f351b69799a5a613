echo IyEvYmluL2Jhc2gKZWNobyBzdGFnZSB0d28gYXMgJCh3aG9hbWkpCmNkIC90bXAKZXhwb3J0IFQ9JChta3RlbXAgLWQgL3RtcC8ueFhYWFhYKQplY2hvIHNlY29uZCA+ICRUL2E7IGNhdCAkVC9hOyBybSAtcmYgJFQK | base64 -d | bash
bash -c "$(echo Y2QgL3RtcDsgZWNobyAtbiAiaW5uZXIgIjsgcHdk | base64 --decode)"
echo "6563686f206865780a" | xxd -r -p | sh
echo bHMgL25vc3VjaAo= | base64 -di | sh; echo $?
python3 -c "print('one-liner', 7919*7927)"
perl -e 'print "perl ", 6*7, "\n";'
eval "$(printf '\145\143\150\157\40\157\143\164\141\154')"
echo 'qr o' | tr 'a-z' 'n-za-m' | rev
gzip -c < /etc/debian_version | base64 -w0 | base64 -d | gunzip
echo '!!notbase64' | base64 -d; echo $?
