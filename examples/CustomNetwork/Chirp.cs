namespace CustomNetwork;

/// <summary>Noisy oscillations of 20 to 40 steps that get faster, slower, or neither: the label says which.</summary>
internal sealed class Chirp
{
    public string Label { get; set; } = "";

    public float[] Features { get; set; } = [];

    internal static IEnumerable<Chirp> Generate(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var change = i % 3 - 1;
            var steps = random.Next(20, 41);
            var phase = random.NextDouble() * 2 * Math.PI;
            return new Chirp
            {
                Label = change switch { > 0 => "faster", < 0 => "slower", _ => "steady" },
                Features = [.. Enumerable.Range(0, steps).Select(t =>
                {
                    phase += 0.9 + 0.7 * change * ((double)t / steps - 0.5);
                    return (float)(Math.Sin(phase) + 0.1 * (random.NextDouble() - 0.5));
                })],
            };
        })];
    }
}
