// Packing of answers, bit for bit as each server does it with zlib.
#pragma once

#include <string>
#include <string_view>

namespace decnet::codec::http {

// gzip_comp_level 1 with buffers sized for the content, as ngx_http_gzip_filter_module does where
// it knows the length.
std::string nginx_gzip(std::string_view content);
// The same where the length is not known beforehand (what PHP sends).
std::string nginx_gzip_streamed(std::string_view content);
// DeflateCompressionLevel, window and memory at mod_deflate's defaults.
std::string apache_gzip(std::string_view content);

// What ob_gzhandler makes.
std::string php_gzip(std::string_view content);

// Whether the Accept-Encoding field lets the server pack. Empty where the field is absent.
bool nginx_accepts_gzip(std::string_view accept_encoding);
bool apache_accepts_gzip(std::string_view accept_encoding);

}  // namespace decnet::codec::http
