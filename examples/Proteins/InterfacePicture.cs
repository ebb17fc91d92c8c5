using Examples;
using MLSeqGraph.Transforms;
using Proteins.Data;

namespace Proteins;

/// <summary>A chain as a graph of its residues beside its partner: which of them touch it in truth, and what was predicted.</summary>
internal static class InterfacePicture
{
    private const int Side = 440, Gap = 24, Top = 70, Bottom = 74, Margin = 16, LeastLinked = 2;

    /// <summary>Writes the picture of one complex.</summary>
    /// <param name="path">The files' path without the ending.</param>
    /// <param name="complex">What is drawn.</param>
    /// <param name="scores">The probability of each residue to be of the interface.</param>
    /// <param name="curve">The area under the complex' own curve, which stands above it.</param>
    internal static void Write(string path, Complex complex, float[] scores, double curve)
    {
        var chain = complex.Chain;
        int[] known = [.. Enumerable.Range(0, chain.Length).Where(residue => chain.HasPlaces(residue, residue))];
        (double X, double Y, double Z)[] own = [.. known.Select(residue => ((double)chain.Beta![3 * residue],
            (double)chain.Beta[3 * residue + 1], (double)chain.Beta[3 * residue + 2]))];
        var view = View(own, complex.Partner);
        (double X, double Y)[] at = Array.ConvertAll(own, view), others = Array.ConvertAll(complex.Partner, view);
        double left = at.Concat(others).Min(place => place.X), low = at.Concat(others).Min(place => place.Y),
            width = at.Concat(others).Max(place => place.X) - left, height = at.Concat(others).Max(place => place.Y) - low;
        var scale = (Side - 2 * Margin) / Math.Max(width, height);
        int tall = (int)Math.Ceiling(height * scale) + 2 * Margin, wide = (int)Math.Ceiling(width * scale) + 2 * Margin,
            whole = Math.Max(3 * Gap + 2 * wide, 700);
        var drawing = new VectorDrawing(whole, Top + tall + Bottom);
        drawing.Text(whole / 2, 26, $"{chain.Name}: which of its residues touch the partner", "middle", 16);
        var threshold = scores.Where((_, residue) => known.Contains(residue)).OrderDescending().ElementAt(
            Math.Max(0, complex.IsInterface.Count(one => one) - 1));
        // Few residues touch: colors reach to the largest probability.
        var most = Math.Max(1e-6f, known.Max(residue => scores[residue]));
        foreach (var (panel, title) in ((int, string)[])[(0, "in truth: nearer than 10 Å"),
            (1, FormattableString.Invariant($"predicted from the chain alone, AUC {curve:0.00}"))])
        {
            var x = (whole - 2 * wide - Gap) / 2 + panel * (wide + Gap);
            (double X, double Y) Place((double X, double Y) place) => (x + Margin + (place.X - left) * scale,
                Top + tall - Margin - (place.Y - low) * scale);
            drawing.Rectangle(x, Top, wide, tall, "#f6f8fa", "#9aa5b1");
            drawing.Text(x + wide / 2, Top - 12, title, "middle", 14);
            drawing.Path(others.Select(Place), "#c9c2b8", 2);
            foreach (var (px, py) in others.Select(Place))
                drawing.Circle(px, py, 2.5, "#c9c2b8");
            foreach (var (from, to) in Links(own))
                drawing.Line(Place(at[from]), Place(at[to]), "#b8c4d2", 0.5);
            drawing.Path(at.Select(Place), "#5b7ba3", 2);
            for (var i = 0; i < known.Length; i++)
            {
                var (px, py) = Place(at[i]);
                var share = panel == 0 ? (complex.IsInterface[known[i]] ? 1 : 0) : scores[known[i]] / most;
                // As many as there are in truth, the most probable ones, have a dark rim.
                var isChosen = panel == 0 ? complex.IsInterface[known[i]] : scores[known[i]] >= threshold;
                drawing.Circle(px, py, 5, Shade(share), isChosen ? "#222222" : "#8fa3ba");
            }
        }
        var legend = Top + tall + 28;
        for (var i = 0; i <= 10; i++)
            drawing.Rectangle(whole / 2 - 296 + 10 * i, legend - 10, 10, 12, Shade(i / 10f));
        drawing.Text(whole / 2 - 304, legend, "0", "end", 13);
        drawing.Text(whole / 2 - 178, legend, FormattableString.Invariant($"{most:0.00} probability"), "start", 13);
        drawing.Circle(whole / 2 - 60, legend - 4, 5, "#ffffff", "#222222");
        drawing.Text(whole / 2 - 50, legend, "the most probable, as many as there are", "start", 13);
        drawing.Circle(whole / 2 + 252, legend - 4, 3, "#c9c2b8");
        drawing.Text(whole / 2 + 262, legend, "partner", "start", 13);
        drawing.Text(whole / 2, legend + 26, "dots are residues, thick lines the chain, thin ones the graph's links", "middle", 13);
        drawing.WriteTo(path);
    }

    // The chains side by side: the way from middle to middle lies flat, and the longest way across stands upright.
    private static Converter<(double X, double Y, double Z), (double X, double Y)> View((double X, double Y, double Z)[] own,
        (double X, double Y, double Z)[] partner)
    {
        double[] Vector((double X, double Y, double Z) at) => [at.X, at.Y, at.Z];
        double[] Middle((double X, double Y, double Z)[] all) => [.. Enumerable.Range(0, 3).Select(axis =>
            all.Average(at => Vector(at)[axis]))];
        double Product(double[] one, double[] other) => one.Zip(other, (a, b) => a * b).Sum();
        double[] Unit(double[] way) => [.. way.Select(part => part / Math.Max(1e-9, Math.Sqrt(Product(way, way))))];
        var middle = Middle(own);
        var flat = Unit([.. Middle(partner).Zip(middle, (to, from) => to - from)]);
        double[] Across(double[] way) => [.. way.Zip(flat, (part, along) => part - along * Product(way, flat))];
        double[][] ways = [.. own.Concat(partner).Select(at => Across([.. Vector(at).Zip(middle, (a, b) => a - b)]))];
        double[] upright = Unit(Across([0.3, 0.5, 0.8]));
        // The direction in which most lies, by repeated products.
        for (var i = 0; i < 30; i++)
            upright = Unit([.. Enumerable.Range(0, 3).Select(axis => ways.Sum(way => Product(way, upright) * way[axis]))]);
        return at => (Product(flat, Vector(at)), Product(upright, Vector(at)));
    }

    private static IEnumerable<(int From, int To)> Links((double X, double Y, double Z)[] own)
    {
        if (own.Length < LeastLinked)
            return [];
        var near = NeighborGraph.Nearest([.. own.SelectMany(at => (double[])[at.X, at.Y, at.Z])], 3,
            Math.Min(ResidueRow.Neighbors, own.Length - 1));
        return Enumerable.Range(0, near.Length / 2).Select(edge => (near[edge], near[near.Length / 2 + edge]));
    }

    // From white to red.
    private static string Shade(float share) =>
        $"#{(int)(255 - 75 * share):x2}{(int)(255 - 225 * share):x2}{(int)(255 - 220 * share):x2}";
}
