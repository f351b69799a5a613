// An API over a store of its own, asked without any connection. For tests.
#pragma once

#include <filesystem>
#include <fstream>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "api/api.h"
#include "api/fake_outside.h"
#include "api/first_admin.h"
#include "api/password.h"
#include "net/loop.h"
#include "net/task_group.h"
#include "store/store.h"

namespace decnet::api {

class ApiTest : public ::testing::Test {
 protected:
  static constexpr const char* kPassword = "a-good-long-password";

  ApiTest() {
    std::string name = (std::filesystem::temp_directory_path() / "decnet-api-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    store_ = store::open_store({.url = "sqlite:" + folder_ + "/decnet.sqlite"}).value();
    Options options;
    options.listen.clear();
    options.data_folder = folder_;
    options.workers = {"ingester"};
    options.worker_host = host_;
    options.crashes_folder = folder_ + "/crashes";
    api_ = Api::create(options, loop_.executor(), *store_, lazy_, clock_).value();
    auto run = [](Api& api) -> net::Task<void> { (void)co_await api.run(); };
    running_.spawn("api", run(*api_));
  }
  ~ApiTest() override {
    running_.cancel();
    loop_.spawn(running_.join());
    loop_.run();
    api_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  // Runs a task to its end while the API lives on the same loop.
  template <class T>
  T wait_for(net::Task<T> task) {
    std::optional<T> out;
    auto keep = [](net::Task<T> inner, std::optional<T>& into) -> net::Task<void> {
      into.emplace(co_await std::move(inner));
    };
    net::Loop& loop = loop_;
    loop.spawn(keep(std::move(task), out));
    while (!out) loop.run_for(std::chrono::milliseconds{20});
    return std::move(*out);
  }

  static Request request(Method method, std::string_view target, std::string body = {},
                         std::vector<Header> headers = {}) {
    Request request;
    request.method = method;
    const auto mark = target.find('?');
    request.path = target.substr(0, mark);
    if (mark != target.npos) request.query = target.substr(mark + 1);
    if (!body.empty()) request.headers.push_back({"content-type", "application/json"});
    request.body = std::move(body);
    request.headers.insert(request.headers.end(), headers.begin(), headers.end());
    request.peer.address = {net::IpAddress::v4(0x7f000001), 40007};
    request.request_id = std::string(32, 'a');
    return request;
  }
  Response send(Request request) { return wait_for(api_->answer(request)); }

  // As whoever is logged in (headers_), or nobody.
  Response ask(Method method, std::string_view target, std::string body = {},
               std::vector<Header> more = {}) {
    more.insert(more.end(), headers_.begin(), headers_.end());
    return send(request(method, "/api/v1" + std::string(target), std::move(body), more));
  }
  Response get(std::string_view target) { return ask(Method::get, target); }
  Response post(std::string_view target, std::string body) {
    return ask(Method::post, target, std::move(body));
  }

  static boost::json::value json(const Response& response) {
    boost::system::error_code error;
    auto value = boost::json::parse(std::string(response.content()), error);
    EXPECT_FALSE(error) << response.content();
    return value;
  }
  static std::string text(const boost::json::value& value) { return value.as_string().c_str(); }
  static std::string code(const Response& response) { return text(json(response).at("code")); }
  static std::string header(const Response& response, std::string_view name) {
    for (const Header& one : response.headers) {
      if (one.name == name) return one.value;
    }
    return {};
  }

  // Logs in; what is asked from then on is asked by that user.
  Response log_in(const std::string& name, const std::string& password) {
    headers_.clear();
    const auto response =
        post("/auth/login", R"({"username":")" + name + R"(","password":")" + password + "\"}");
    if (response.status == 200) {
      const std::string cookie = header(response, "Set-Cookie");
      headers_ = {{"cookie", cookie.substr(0, cookie.find(';'))},
                  {"x-csrf-token", text(json(response).at("csrf_token"))}};
    }
    return response;
  }
  std::string first_password() const {
    std::ifstream file(first_password_file(folder_));
    std::string line;
    std::getline(file, line);
    return line;
  }
  net::Task<Result<std::unique_ptr<bus::Bus>>> connect() {
    co_return std::unique_ptr<bus::Bus>(std::make_unique<ForwardBus>(bus_));
  }

  // A user who can work at once, logged in.
  void be(const std::string& role) {
    store::UserRow user;
    user.uuid = Uuid::v7(clock_.now());
    user.username = role + "-user";
    user.role = role;
    user.password_hash = hash_password(kPassword).value();
    user.created_at = clock_.now();
    ASSERT_TRUE(store_->accounts().insert_user(user));
    ASSERT_EQ(log_in(user.username, kPassword).status, 200);
  }

  std::string folder_;
  FakeClock clock_;
  net::Loop loop_;
  bus::FakeBus bus_{clock_};
  bus::LazyBus lazy_{loop_.executor(), [this] { return connect(); }, clock_};
  std::shared_ptr<FakeHost> host_ = std::make_shared<FakeHost>();
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Api> api_;
  std::vector<Header> headers_;
  net::TaskGroup running_{loop_.executor()};
};

}  // namespace decnet::api
