using MLSeqGraph.Onnx;

namespace GraphsInTime.Data;

/// <summary>
/// Generated trips on a grid of two-way streets. By the rule the queue q of segment s in 5 minutes is
/// <c>q[s,t+1] = 0.2 q[s,t] + 0.7 · mean of q[f,t] over the segments f behind s + demand + incidents</c>: queues spread to
/// those in front of them. Demand is that towards the center at 8 and away from it at 17; an incident begins with probability 0.003. The
/// time on a segment is <c>free · (1 + q) · exp(0.06 z - 0.0018)</c> with z normal. What is known at a departure: the queues of the last
/// two times.
/// </summary>
internal static class Congestion
{
    private const int Side = 8, FirstHour = 6, Hours = 16, Slots = 12 * Hours, SlotSeconds = 300;
    private const int Days = 28, TrainingDays = 20, ValidationDays = 3;
    private const int TripsEachDay = 200, LeastSegments = 6;
    private const double Keeps = 0.2, Spreads = 0.7, IncidentChance = 0.003, IncidentSize = 2, Noise = 0.06;

    /// <summary>Demand at a time in hours.</summary>
    private static double Peak(double hour, double at) => Math.Exp(-(hour - at) * (hour - at) / 2);

    internal static RoadData Generate(int seed)
    {
        var random = new Random(seed);
        var streets = Streets();
        int[][] followers = [.. streets.Select(street => Enumerable.Range(0, streets.Count).Where(next =>
            streets[next].From == street.To && streets[next].To != street.From).ToArray())];
        double[] free = [.. streets.Select(_ => 40 + 40 * random.NextDouble())];
        double[] busy = [.. streets.Select(_ => 0.5 + random.NextDouble())];
        double[] inward = [.. streets.Select(street => FromCenter(street.From) - FromCenter(street.To))];
        double Demand(int segment, int slot) => 0.08 * busy[segment] * (Peak(HourOf(slot), 8) * Math.Max(0, inward[segment])
            + Peak(HourOf(slot), 17) * Math.Max(0, -inward[segment]));
        var queues = new double[Days * Slots][];
        for (var time = 0; time < queues.Length; time++)
            queues[time] = time % Slots == 0 ? new double[streets.Count] : [.. Next(queues[time - 1], time % Slots,
                () => random.NextDouble() < IncidentChance ? IncidentSize : 0)];

        // Means over the days that are trained on, of all times and of each hour.
        var trained = queues[..(TrainingDays * Slots)];
        float[] means = [.. streets.Select((_, segment) => (float)(free[segment] * (1 + trained.Average(queue => queue[segment]))))];
        float[][] ofHours = [.. Enumerable.Range(0, Hours).Select(hour => streets.Select((_, segment) => (float)(free[segment]
            * (1 + trained.Where((_, time) => time % Slots / 12 == hour).Average(queue => queue[segment])))).ToArray())];

        List<Trip>[] parts = [[], [], []];
        List<float> byHour = [], byRule = [];
        for (var day = 0; day < Days; day++)
            for (var i = 0; i < TripsEachDay; i++)
            {
                int[] route = Route();
                var departure = random.Next(2, Slots - 12);
                var time = Drive(route, departure, slot => queues[day * Slots + slot], () => Math.Exp(Noise * random.NextNormal()
                    - Noise * Noise / 2));
                var hour = 2 * Math.PI * HourOf(departure) / 24;
                var trip = new Trip(route, (float)time, day * Slots + departure, [(float)Math.Sin(hour), (float)Math.Cos(hour)]);
                parts[day < TrainingDays ? 0 : day < TrainingDays + ValidationDays ? 1 : 2].Add(trip);
                if (day < TrainingDays + ValidationDays)
                    continue;
                byHour.Add(route.Sum(segment => ofHours[departure / 12][segment]));
                byRule.Add((float)Expected(route, departure, queues[day * Slots + departure - 1]));
            }
        return new("generated congestion", [.. streets.Select((street, segment) => (float[])[(float)inward[segment],
            X(street.From) + X(street.To), Y(street.From) + Y(street.To), X(street.To) - X(street.From), Y(street.To) - Y(street.From),
            MathF.Log(means[segment] / 60)])], means, followers, [.. parts[0]], [.. parts[1]], [.. parts[2]],
            $"{streets.Count} segments, {Days} days; queues spread to the segments behind")
        {
            Reach = 2,
            // What a departure knows are the two times before it.
            Seen = [.. queues.Select((_, time) => time % Slots < 2 ? [] : streets.Select((_, segment) => (float[])[Ratio(time - 1, segment),
                Ratio(time - 2, segment)]).ToArray())],
            Others = new Dictionary<string, float[]> { ["hourly"] = [.. byHour], ["rule"] = [.. byRule] },
        };

        float Ratio(int time, int segment) => MathF.Log((float)(free[segment] * (1 + queues[time][segment])) / means[segment]);

        IEnumerable<double> Next(double[] queue, int slot, Func<double> incident) => streets.Select((_, segment) => Keeps * queue[segment]
            + Spreads * followers[segment].Average(next => queue[next]) + Demand(segment, slot) + incident());

        // The next queues by the rule with as many incidents as there are on average, and no noise.
        double Expected(int[] route, int departure, double[] last)
        {
            List<double[]> ahead = [[.. Next(last, departure, () => IncidentChance * IncidentSize)]];
            return Drive(route, departure, slot =>
            {
                while (ahead.Count <= slot - departure)
                    ahead.Add([.. Next(ahead[^1], departure + ahead.Count, () => IncidentChance * IncidentSize)]);
                return ahead[slot - departure];
            }, () => 1);
        }

        double Drive(int[] route, int departure, Func<int, double[]> queue, Func<double> noise)
        {
            double time = 0;
            foreach (var segment in route)
                time += free[segment] * (1 + queue(Math.Min(Slots - 1, departure + (int)(time / SlotSeconds)))[segment]) * noise();
            return time;
        }

        // One of the shortest ways between two crossings.
        int[] Route()
        {
            while (true)
            {
                var (from, to) = (random.Next(Side * Side), random.Next(Side * Side));
                var (across, down) = (to % Side - from % Side, to / Side - from / Side);
                if (Math.Abs(across) + Math.Abs(down) < LeastSegments)
                    continue;
                List<int> route = [];
                for (var at = from; at != to;)
                {
                    var isAcross = random.Next(Math.Abs(across) + Math.Abs(down)) < Math.Abs(across);
                    var next = at + (isAcross ? Math.Sign(across) : Side * Math.Sign(down));
                    route.Add(streets.IndexOf((at, next)));
                    (across, down, at) = (isAcross ? across - Math.Sign(across) : across, isAcross ? down : down - Math.Sign(down), next);
                }
                return [.. route];
            }
        }
    }

    private static double HourOf(int slot) => FirstHour + slot / 12.0;

    private static float X(int crossing) => crossing % Side - (Side - 1) / 2f;

    private static float Y(int crossing) => crossing / Side - (Side - 1) / 2f;

    private static double FromCenter(int crossing) => Math.Abs(X(crossing)) + Math.Abs(Y(crossing));

    private static List<(int From, int To)> Streets()
    {
        List<(int, int)> streets = [];
        for (var crossing = 0; crossing < Side * Side; crossing++)
        {
            if (crossing % Side < Side - 1)
                streets.AddRange([(crossing, crossing + 1), (crossing + 1, crossing)]);
            if (crossing + Side < Side * Side)
                streets.AddRange([(crossing, crossing + Side), (crossing + Side, crossing)]);
        }
        return streets;
    }
}
