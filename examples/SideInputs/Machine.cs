namespace MLSeqGraph.Examples.SideInputs;

/// <summary>A machine, its vibration over time, and whether it failed afterwards.</summary>
internal sealed class Machine
{
    /// <summary>Vibration in mm/s, of 8 to 20 hours.</summary>
    public float[] Vibration { get; set; } = [];

    /// <summary>Years since the bearings were changed.</summary>
    public float BearingAge { get; set; }

    public string Maker { get; set; } = "";

    public bool Fails { get; set; }

    /// <summary>
    /// Draws machines: half vibrate more and more and fail; of the others those fail whose bearings are too old for their
    /// maker.
    /// </summary>
    internal static Machine[] Draw(int count, int seed)
    {
        var random = new Random(seed);
        var machines = new Machine[count];
        for (var i = 0; i < count; i++)
        {
            var grows = random.Next(2) == 0;
            var maker = random.Next(2) == 0 ? "north" : "south";
            var age = random.NextSingle() * 12;
            var hours = random.Next(8, 21);
            machines[i] = new()
            {
                Vibration = [.. Enumerable.Range(0, hours).Select(hour => (grows ? 0.1f * hour : 0) + random.NextSingle() * 0.5f)],
                BearingAge = age,
                Maker = maker,
                Fails = grows || age > (maker == "north" ? 4 : 8),
            };
        }
        return machines;
    }
}

/// <summary>What is predicted of a machine.</summary>
internal sealed class Prediction
{
    public float Probability { get; set; }
}
