namespace Modalities.Data;

/// <summary>
/// What to do with a machine, by a note, its vibration and its table of load, rated load, temperature and age. It is strained where it is
/// overloaded, or was serviced and thus is under test, but not both; vibration rises or falls. The four cases are the four answers, so that
/// without one of the inputs no more than half of the answers can be right. One row in five lacks an input.
/// </summary>
internal static class Machines
{
    private static readonly string[] Serviced = ["serviced in {0}", "got its service in {0}", "was repaired and tested in {0}"],
        Neglected = ["not serviced since {0}", "no service since {0}", "service was put off in {0}"],
        Months = ["january", "march", "may", "july", "october"], Extras = ["", " no leak", " paint is old", " all clean", " door was open"];

    internal static ModalSet Make(int train, int test)
    {
        var random = new Random(2023);
        ModalRow[] rows = [.. Enumerable.Range(0, train + test).Select(_ => Draw(random))];
        string[] inputs = [nameof(ModalRow.Text), nameof(ModalRow.Series), nameof(ModalRow.Table)];
        for (var i = 0; i < train; i += 5)
            rows[i] = rows[i].Without(inputs[random.Next(inputs.Length)]);
        return new("machines", inputs, null, rows[..train], rows[train..], "notes, vibration and tables of generated machines");
    }

    private static ModalRow Draw(Random random)
    {
        bool isServiced = random.Next(2) == 0, isOverloaded = random.Next(2) == 0, rises = random.Next(2) == 0;
        var templates = isServiced ? Serviced : Neglected;
        var rated = 20 + 40 * random.NextSingle();
        var load = rated + (isOverloaded ? 1 : -1) * (4 + 15 * random.NextSingle());
        var steps = random.Next(10, 20);
        var slope = (rises ? 1 : -1) * (0.08f + 0.1f * random.NextSingle());
        var level = 3 + 2 * random.NextSingle();
        return new()
        {
            Text = string.Format(templates[random.Next(templates.Length)], Months[random.Next(Months.Length)])
                + Extras[random.Next(Extras.Length)],
            Series = [.. Enumerable.Range(0, steps).Select(step => level + slope * (step - steps / 2f)
                + 0.4f * (random.NextSingle() - 0.5f))],
            Table = [load, rated, 15 + 20 * random.NextSingle(), random.Next(20)],
            Answer = (isOverloaded != isServiced, rises) switch
            {
                (true, true) => "stop", (true, false) => "slow down", (false, true) => "watch", _ => "run on",
            },
        };
    }
}
