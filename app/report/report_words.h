// A row a task says in which words the report tells of its runs, so that a new task is a new row.
#pragma once

#include "app/settings/task.h"

namespace mnemo {

struct ReportWords {
  Task task;
  const char* what;  // such a run is
  // Tasks whose models answer have these: what their files look like, and how they are asked.
  const char* ending = nullptr;    // of a file, where that of the file trained on has none
  const char* asked = nullptr;     // a file's name without ending, to ask about
  const char* asking = nullptr;    // says what comes of it
  const char* question = nullptr;  // to explain an answer to, where it need not be that file
  // The others have what is done with such a run, which is "{}" in the command.
  const char* use = nullptr;
  const char* command = nullptr;
};

const ReportWords& report_words_of(Task task);

}  // namespace mnemo
