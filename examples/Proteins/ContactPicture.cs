using System.Globalization;
using Examples;
using Proteins.Data;
using ScottPlot;

namespace Proteins;

/// <summary>A chain's contacts, predicted above the diagonal and true below, and the places that follow from predicted distances.</summary>
internal static class ContactPicture
{
    // Mean distances, in angstrom, of residues so near in the sequence that they aren't asked for.
    private static readonly double[] Nearby = [0, 3.8, 5.5, 6.5, 7.5, 8.5];

    internal static void Write(string folder, Chain[] chains, IReadOnlyList<Dictionary<(int First, int Second), float[]>> maps,
        Func<int, (int, int), double> probability)
    {
        // A chain of a size that can be seen.
        var index = Enumerable.Range(0, chains.Length).MinBy(i => Math.Abs(chains[i].Length - 90));
        var (chain, map) = (chains[index], maps[index]);
        var plot = PictureFile.New($"{chain.Name}: contacts predicted (above) and true (below)");
        var blue = Color.FromHex("#1f4e8c");
        foreach (var (pair, _) in map)
        {
            var share = probability(index, pair);
            if (share > 0.03)
                Fill(pair.First, pair.Second, blue.WithAlpha((float)Math.Min(1, 2 * share)));
            if (chain.HasPlaces(pair.First, pair.Second) && chain.Distance(pair.First, pair.Second) < Contacts.Near)
                Fill(pair.Second, pair.First, Color.FromHex("#c8780a"));
        }
        plot.Add.Line(0, 0, chain.Length, chain.Length).LineColor = Colors.Gray;
        plot.XLabel("residue");
        plot.YLabel("residue");
        plot.Axes.SetLimits(0, chain.Length, 0, chain.Length);
        Means("predicted, the darker the surer", blue);
        Means($"nearer than {Contacts.Near} angstrom", Color.FromHex("#c8780a"));
        plot.ShowLegend(Edge.Bottom);
        plot.WriteTo(Path.Combine(folder, "contacts"), 620, 680);

        var distances = new double[chain.Length, chain.Length];
        for (var first = 0; first < chain.Length; first++)
            for (var second = first + 1; second < chain.Length; second++)
                distances[first, second] = distances[second, first] = second - first < Contacts.LeastApart ? Nearby[second - first]
                    : Contacts.Bins.Select((bin, i) => map[(first, second)][i] * Contacts.Middle(bin)).Sum();
        var (points, distance) = Placement.Onto(Placement.Of(distances), chain.Beta!);
        var trace = PictureFile.New(string.Create(CultureInfo.InvariantCulture,
            $"{chain.Name}: places by predicted distances, {distance:0.0} Å off"));
        Trace("true", [.. chain.Beta!.Select(at => (double)at)], Colors.Gray);
        Trace("predicted", points, blue);
        trace.ShowLegend(Edge.Bottom);
        trace.XLabel("angstrom");
        trace.YLabel("angstrom");
        trace.Axes.SquareUnits();
        trace.WriteTo(Path.Combine(folder, "coordinates"), 620, 680);

        void Means(string text, Color color) => plot.Legend.ManualItems.Add(new()
        {
            LabelText = text, MarkerStyle = new(MarkerShape.FilledSquare, 9, color),
        });

        void Trace(string name, double[] places, Color color)
        {
            int[] seen = [.. Enumerable.Range(0, chain.Length).Where(i => double.IsFinite(places[3 * i]))];
            var line = trace.Add.Scatter(seen.Select(i => places[3 * i]).ToArray(), seen.Select(i => places[3 * i + 1]).ToArray(), color);
            (line.MarkerSize, line.LineWidth, line.LegendText) = (5, 1.5f, name);
        }

        void Fill(int x, int y, Color color)
        {
            var box = plot.Add.Rectangle(x, x + 1, y, y + 1);
            (box.FillColor, box.LineWidth) = (color, 0);
        }
    }
}
