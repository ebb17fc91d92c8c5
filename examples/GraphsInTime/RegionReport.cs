using Examples;
using GraphsInTime.Data;

namespace GraphsInTime;

/// <summary>Says which regions of a recording move together, and draws them.</summary>
internal static class RegionReport
{
    private const int Told = 5;

    internal static void Run(PlaceData data, Options options)
    {
        Regions plain = Regions.Of(data, removesNuisances: false), cleaned = Regions.Of(data, removesNuisances: true);
        var figures = new Figures(data.Name, "correlation", options.Seed);
        figures.Add("correlation", "task", Options.Brains);
        figures.Add("correlation", "regions", cleaned.Names.Length);
        Console.WriteLine($"{data.Name}: {data.Values.Length:N0} times of {cleaned.Names.Length} regions"
            + (cleaned.Removed.Length == 0 ? "" : $"; {string.Join(", ", cleaned.Removed)} are taken out by least squares"));
        foreach (var remark in data.Remarks)
            Console.WriteLine($"  {remark}");
        foreach (var (regions, name) in ((Regions, string)[])[(plain, "as recorded"), (cleaned, "without nuisances")])
            if (regions.Opposite() is { Count: > 0 } of)
            {
                Console.WriteLine($"  {name,-20} the opposite region correlates most for {of.Found} of {of.Count}");
                figures.Add("correlation", regions == plain ? "opposite_share_as_recorded" : "opposite_share", of.Found / (double)of.Count);
            }
        foreach (var (one, other) in cleaned.Strongest(Told))
            Console.WriteLine($"  {cleaned.Names[one]} and {cleaned.Names[other]}: {cleaned.Correlations[one][other]:0.00}");
        RegionPicture.Write(Path.Combine(options.Folder, "regions"), $"{data.Name}: the {cleaned.Names.Length} pairs that go together most",
            cleaned.Names, [.. cleaned.Names.Select(name => name.StartsWith('R'))], ("left, or in the middle", "right"),
            cleaned.Strongest(cleaned.Names.Length));
        Console.WriteLine($"regions.svg is in {options.Folder}");
        if (options.Json is { } json)
            figures.Write(json);
    }
}
