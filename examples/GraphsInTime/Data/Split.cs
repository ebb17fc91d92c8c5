namespace GraphsInTime.Data;

/// <summary>Which times are trained on, which choose the epoch, which are forecast, and what is known of the first.</summary>
/// <param name="Held">How many times choose the epoch of a network.</param>
/// <param name="Test">The first time that is forecast.</param>
/// <param name="Means">The mean of each place before that.</param>
/// <param name="Period">Steps of a season, such as days of a year; 0 for none.</param>
internal sealed record Split(int Held, int Test, float[] Means, double Period)
{
    private const double ValidationShare = 0.15;

    internal static Split Of(PlaceData data, int window, int? testSteps)
    {
        var count = data.Values.Length;
        var tested = testSteps ?? count / 4;
        if (!Fits(count, tested, window))
        {
            int mostTested = Most(count - 1, steps => Fits(count, steps, window)), mostRead = Most(count, steps =>
                Fits(count, tested, steps));
            string[] allowed = [.. mostTested > 0 ? (string[])[$"--test-steps {mostTested} with --window {window}"] : [],
                .. mostRead > 0 ? (string[])[$"--window {mostRead} with --test-steps {tested}"] : []];
            throw new InvalidDataException($"{data.Name} has {count} times, too few to forecast the last {tested} (--test-steps) from the "
                + $"last {window} (--window); expected "
                + (allowed.Length == 0 ? "more times." : $"at most {string.Join(", or ", allowed)}."));
        }
        var test = count - tested;
        var held = (int)(ValidationShare * test);
        if (data.Values.Skip(test).All(row => row.All(float.IsNaN)))
            throw new InvalidDataException($"{data.Name} has no value at the last {tested} times ({data.Times[test]} to "
                + $"{data.Times[^1]}), which are forecast; expected some.");
        float[] means = [.. data.Places.Select((_, place) =>
        {
            float[] known = [.. data.Values.Take(test).Select(row => row[place]).Where(value => !float.IsNaN(value))];
            return known.Length == 0 ? 0 : known.Average();
        })];
        return new(held, test, means, PeriodOf(data.Times));
    }

    // What is left of the times behind the held ones has windows to train on.
    private static bool Fits(int count, int tested, int window)
    {
        var test = count - tested;
        var held = (int)(ValidationShare * test);
        return held > 0 && test - held > 2L * window;
    }

    private static int Most(int from, Func<int, bool> fits)
    {
        while (from > 0 && !fits(from))
            from--;
        return from;
    }

    // A year of days or a year of weeks; hours have days.
    private static double PeriodOf(string[] times)
    {
        if (!DateTime.TryParse(times[0], out var first) || !DateTime.TryParse(times[1], out var second) || double.TryParse(times[0], out _))
            return times.Length > 24 * 14 ? 24 : 0;
        var step = second - first;
        return step.TotalHours <= 1 ? 1 / step.TotalDays : step.TotalDays < 28 ? 365.25 / step.TotalDays : 12;
    }

    /// <summary>
    /// The times that choose the epoch of one of several networks, each of which holds out others: the last ones of those before the test,
    /// those before these, ...
    /// </summary>
    internal (int From, int To) HeldBy(int member)
    {
        var to = Test - member % (Test / Held) * Held;
        return (to - Held, to);
    }

    /// <summary>Errors of repeating the last value, or the last that isn't missing.</summary>
    internal (double Rmse, double Mae) Repeating(PlaceData data)
    {
        double squares = 0, absolute = 0;
        long count = 0;
        for (var place = 0; place < data.Places.Length; place++)
        {
            var last = Means[place];
            for (var time = 0; time < data.Values.Length; time++)
            {
                var value = data.Values[time][place];
                if (float.IsNaN(value))
                    continue;
                if (time >= Test)
                    (squares, absolute, count) = (squares + (double)(value - last) * (value - last), absolute + Math.Abs(value - last),
                        count + 1);
                last = value;
            }
        }
        return (Math.Sqrt(squares / count), absolute / count);
    }
}
