namespace StateSpace;

/// <summary>Series made by equations.</summary>
internal static class Series
{
    /// <summary>
    /// The Mackey-Glass series with a delay of 17: x' = 0.2 x(t - 17) / (1 + x(t - 17)^10) - 0.1 x, by Runge and Kutta with steps of 0.1, a
    /// value a unit of time, as tanh(x - 1).
    /// </summary>
    internal static double[] MackeyGlass(int count, int seed)
    {
        const int perUnit = 10, delay = 17 * perUnit, settle = 1000;
        const double step = 1.0 / perUnit;
        var random = new Random(seed);
        var x = new double[delay + (count + settle) * perUnit + 1];
        for (var i = 0; i <= delay; i++)
            x[i] = 1.2 + 0.2 * (random.NextDouble() - 0.5);
        for (var i = delay; i < x.Length - 1; i++)
        {
            double late = x[i - delay], later = x[i - delay + 1], between = (late + later) / 2;
            double Slope(double now, double before) => 0.2 * before / (1 + Math.Pow(before, 10)) - 0.1 * now;
            double k1 = Slope(x[i], late), k2 = Slope(x[i] + step / 2 * k1, between), k3 = Slope(x[i] + step / 2 * k2, between),
                k4 = Slope(x[i] + step * k3, later);
            x[i + 1] = x[i] + step / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
        }
        return [.. Enumerable.Range(0, count).Select(t => Math.Tanh(x[delay + (settle + t) * perUnit] - 1))];
    }
}
