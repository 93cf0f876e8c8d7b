-- wrk replays a list of requests: METHOD PATH a line, from the file in $REPLAY, with the Accept
-- header in $REPLAY_ACCEPT. One thread, so that the list is gone through in its order.
local list = {}

-- Called when wrk knows the host; format() needs it for the Host header.
function init()
	local accept = os.getenv("REPLAY_ACCEPT")
	for line in io.lines(os.getenv("REPLAY")) do
		local method, path = line:match("^(%S+) (%S+)")
		list[#list + 1] = wrk.format(method, path, { ["Accept"] = accept })
	end
end

local at = 0
function request()
	at = at % #list + 1
	return list[at]
end

function done(summary, latency, requests)
	local failed = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
	io.write(string.format("REPLAY %d %d %d %d\n", summary.requests, summary.duration, failed, summary.errors.status))
end
