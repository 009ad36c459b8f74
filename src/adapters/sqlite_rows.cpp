// Rows of the log as events and back, and the statements for them.
#include <algorithm>

#include "adapters/sqlite_store.h"

namespace nps::internal {

namespace {

void write_json_text(std::string& out, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20) {
      out += "\\u00";
      out += kDigits[byte >> 4U];
      out += kDigits[byte & 15U];
    } else {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
  }
  out += '"';
}

std::string read_json_text(std::string_view text, std::size_t& at) {
  const auto digit = [](char c) {
    return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
  };
  std::string out;
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    const bool is_escaped = text[at] == '\\' && at + 1 < text.size();
    if (is_escaped) ++at;
    if (is_escaped && text[at] == 'u' && at + 4 < text.size()) {
      out += static_cast<char>(digit(text[at + 3]) << 4U | digit(text[at + 4]));
      at += 4;
    } else {
      out += text[at];
    }
  }
  ++at;
  return out;
}

}  // namespace

std::string labels_text(const std::vector<std::pair<std::string, std::string>>& labels) {
  if (labels.empty()) return {};
  std::vector<const std::pair<std::string, std::string>*> sorted;
  for (const auto& label : labels) {
    const bool is_first = std::ranges::none_of(
        sorted, [&](const auto* other) { return other->first == label.first; });
    if (is_first) sorted.push_back(&label);
  }
  std::erase_if(sorted, [](const auto* label) { return label->second.empty(); });
  std::ranges::sort(sorted, {}, [](const auto* label) { return std::string_view(label->first); });
  std::string text;
  for (const auto* label : sorted) {
    text += text.empty() ? '{' : ',';
    write_json_text(text, label->first);
    text += ':';
    write_json_text(text, label->second);
  }
  if (!text.empty()) text += '}';
  return text;
}

std::vector<std::pair<std::string, std::string>> labels_of(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> labels;
  for (std::size_t at = 1; at < text.size();) {
    std::string name = read_json_text(text, at);
    ++at;  // the colon
    if (at >= text.size()) break;
    std::string label = read_json_text(text, at);
    ++at;  // the comma, or the end
    labels.emplace_back(std::move(name), std::move(label));
  }
  return labels;
}

std::int64_t previous_in(Chain chain, const StoreStatement& row) {
  const std::int64_t previous = row.number(static_cast<int>(chain));
  if (previous < row.number(0)) return previous;
  row.connection().fail_damaged();
  return 0;
}

LogRow log_row(const StoreStatement& from, EventOrder order) {
  LogRow row{.id = from.number(0),
             .previous = previous_in(Chain::Response, from),
             .customer_previous = previous_in(Chain::Customer, from),
             .customer = from.number(7),
             .current = from.number(3) != 0,
             .order = from.number(8)};
  const std::int64_t type = from.number(4);
  row.is_gone = type == 0;
  if (row.is_gone) return row;
  row.event.type = type == 1   ? EventType::Answered
                   : type == 2 ? EventType::Dismissed
                               : EventType::Deleted;
  if (order == EventOrder::Version) {
    row.event.version = row.order;
  } else {
    row.event.updated_at = instant(row.order);
  }
  Response& response = row.event.response;
  if (const auto rating = from.number_if(5)) response.rating = Rating::from(*rating);
  if (row.event.type == EventType::Answered && !response.rating) {
    from.connection().fail_damaged();
    row.event.type = EventType::Dismissed;  // nothing that an answer_of() is asked for
  }
  response.answered_at = instant(from.number_if(6));
  response.id = from.text(9);
  response.channel = from.text(10);
  response.journey_stage = from.text(11);
  response.touchpoint_at = instant(from.number_if(12));
  row.event.received_at = instant(from.number_if(13));
  response.account = from.text(14);
  row.labels = from.text(15);
  response.dimensions = labels_of(row.labels);
  response.weight = from.real(16);
  row.event.id = from.text(17);
  response.comment = from.text(18);
  return row;
}

Answer answer_of(const LogRow& row) {
  const Response& said = row.event.response;
  Answer answer{.rating = *said.rating};
  answer.response_id = said.id;
  answer.customer = said.customer;
  answer.account = said.account;
  answer.answered_at = said.answered_at;
  answer.touchpoint_at = said.touchpoint_at;
  answer.channel = said.channel;
  answer.journey_stage = said.journey_stage;
  return answer;
}

StoreStatements::StoreStatements(StoreConnection& db)
    : responses(db, "nps_response_leaf"),
      customers(db, "nps_customer_leaf"),
      row(db, "SELECT " NPS_LOG_COLUMNS " FROM nps_log e WHERE e.id = ?"),
      put_row(
          db,
          "INSERT INTO nps_log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      supersede(db, "INSERT INTO nps_superseded VALUES (?)"),
      set_received(db, "UPDATE nps_log SET received_at = ? WHERE id = ?"),
      gone(
          db,
          "UPDATE nps_log SET current = 0, type = 0, rating = NULL, answered_at = NULL, customer = "
          "NULL, ord = NULL, response_id = NULL, channel = NULL, journey_stage = NULL, "
          "touchpoint_at = NULL, received_at = NULL, account_id = NULL, dimensions = NULL, weight "
          "= "
          "NULL, event_id = NULL, comment = NULL WHERE id = ?"),
      customer(db, "SELECT id, customer_id FROM nps_customer WHERE id = ?"),
      put_customer(db, "INSERT INTO nps_customer VALUES (?, ?)"),
      is_erased(db, "SELECT 1 FROM nps_erased WHERE customer = ?"),
      put_erased(db, "INSERT INTO nps_erased VALUES (?)"),
      tombstone(db, "SELECT ord, event_id, digest FROM nps_tombstone WHERE response = ?"),
      tombstone_row(db,
                    "SELECT response, ord, event_id, digest FROM nps_tombstone WHERE response = ?"),
      put_tombstone(db, "INSERT OR REPLACE INTO nps_tombstone VALUES (?, ?, ?, ?)"),
      drop_tombstone(db, "DELETE FROM nps_tombstone WHERE response = ?") {}

}  // namespace nps::internal
