-- The calls of a file, a body a line, in turn and again and again; at the end a line of JSON with what
-- happened, times in microseconds.
local bodies = {}
for line in io.lines(os.getenv("BENCH_BODIES")) do
  bodies[#bodies + 1] = line
end
wrk.method = "POST"
wrk.body = bodies[1]
wrk.headers["content-type"] = "application/json"
wrk.headers["authorization"] = "Bearer sk-bench"
for name, value in os.getenv("BENCH_HEADERS"):gmatch("([^\n:]+): ([^\n]+)") do
  wrk.headers[name] = value
end

-- A single call needs no script: wrk then sends the same bytes without asking.
if #bodies > 1 then
  local calls, turn = {}, 0
  function init(_)
    for i, body in ipairs(bodies) do
      calls[i] = wrk.format(nil, nil, nil, body)
    end
  end
  function request()
    turn = turn % #calls + 1
    return calls[turn]
  end
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format('\n{"requests":%d,"seconds":%.6f,"p50_us":%.0f,"p99_us":%.0f,"errors":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
