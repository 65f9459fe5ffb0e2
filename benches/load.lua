-- wrk script. Arguments: KIND codes-file [key].
-- KIND get: GET /api/v1/entities/{code}; ping: GET /api/v1/ping; post: POST /api/v1/screenings
local codes, kind, key = {}, "get", ""
local counter, thread = 0, 0

function setup(t) t:set("number", thread); thread = thread + 1 end

function init(args)
  kind = args[1]; key = args[3] or ""
  for line in io.lines(args[2]) do codes[#codes + 1] = line end
  math.randomseed(os.time() + (number or 0) * 7919)
end

function request()
  if kind == "ping" then return wrk.format("GET", "/api/v1/ping") end
  local code = codes[math.random(#codes)]
  if kind == "get" then return wrk.format("GET", "/api/v1/entities/" .. code) end
  counter = counter + 1
  local body = string.format('{"code":"%s","matter":"licence-approval","case_no":"B%d-%d"}', code, os.time(), counter)
  return wrk.format("POST", "/api/v1/screenings", { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. key }, body)
end

function done(s, l)
  io.write(string.format('RESULT {"per_s": %.0f, "p50_us": %d, "p99_us": %d, "max_us": %d, "answers": %d, "errors": %d, "not_2xx": %d}\n',
    s.requests / (s.duration / 1e6), l:percentile(50), l:percentile(99), l.max, s.requests,
    s.errors.connect + s.errors.read + s.errors.timeout, s.errors.status))
end
