using System.Globalization;
using System.Text;
using Examples;
using MLSeqGraph.Transforms;
using Proteins.Data;

namespace Proteins;

/// <summary>A chain as a graph of its residues beside its partner: which of them touch it in truth, and what was predicted.</summary>
internal static class InterfacePicture
{
    private const int Side = 440, Gap = 24, Top = 70, Bottom = 74, Margin = 16, LeastLinked = 2;

    /// <summary>Writes the picture of one complex.</summary>
    /// <param name="path">The file.</param>
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
        var svg = new StringBuilder()
            .Append($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{whole}\" height=\"{Top + tall + Bottom}\" ")
            .Append($"viewBox=\"0 0 {whole} {Top + tall + Bottom}\" font-family=\"Open Sans, Helvetica, Arial, sans-serif\" ")
            .Append($"font-size=\"14\">\n<rect width=\"{whole}\" height=\"{Top + tall + Bottom}\" fill=\"white\"/>\n");
        Text(svg, whole / 2, 26, $"{chain.Name}: which of its residues touch the partner", "middle", 16);
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
            svg.Append($"<rect x=\"{x}\" y=\"{Top}\" width=\"{wide}\" height=\"{tall}\" fill=\"#f6f8fa\" stroke=\"#9aa5b1\"/>\n");
            Text(svg, x + wide / 2, Top - 12, title, "middle", 14);
            Line(svg, others.Select(Place), "#c9c2b8");
            foreach (var (px, py) in others.Select(Place))
                Dot(svg, px, py, 2.5, "#c9c2b8", "none");
            foreach (var (from, to) in Links(own))
            {
                var (start, end) = (Place(at[from]), Place(at[to]));
                svg.Append($"<line x1=\"{Number(start.X)}\" y1=\"{Number(start.Y)}\" x2=\"{Number(end.X)}\" y2=\"{Number(end.Y)}\" ")
                    .Append("stroke=\"#b8c4d2\" stroke-width=\"0.5\"/>\n");
            }
            Line(svg, at.Select(Place), "#5b7ba3");
            for (var i = 0; i < known.Length; i++)
            {
                var (px, py) = Place(at[i]);
                var share = panel == 0 ? (complex.IsInterface[known[i]] ? 1 : 0) : scores[known[i]] / most;
                // As many as there are in truth, the most probable ones, have a dark rim.
                var isChosen = panel == 0 ? complex.IsInterface[known[i]] : scores[known[i]] >= threshold;
                Dot(svg, px, py, 5, Shade(share), isChosen ? "#222" : "#8fa3ba");
            }
        }
        var legend = Top + tall + 28;
        for (var i = 0; i <= 10; i++)
            svg.Append($"<rect x=\"{whole / 2 - 296 + 10 * i}\" y=\"{legend - 10}\" width=\"10\" height=\"12\" ")
                .Append($"fill=\"{Shade(i / 10f)}\"/>\n");
        Text(svg, whole / 2 - 304, legend, "0", "end", 13);
        Text(svg, whole / 2 - 178, legend, FormattableString.Invariant($"{most:0.00} probability"), "start", 13);
        Dot(svg, whole / 2 - 60, legend - 4, 5, "white", "#222");
        Text(svg, whole / 2 - 50, legend, "the most probable, as many as there are", "start", 13);
        Dot(svg, whole / 2 + 252, legend - 4, 3, "#c9c2b8", "none");
        Text(svg, whole / 2 + 262, legend, "partner", "start", 13);
        Text(svg, whole / 2, legend + 26, "dots are residues, thick lines the chain, thin ones the graph's links", "middle", 13);
        WholeFile.Write(path, svg.Append("</svg>\n").ToString());
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

    private static void Dot(StringBuilder svg, double x, double y, double size, string color, string rim) => svg
        .Append($"<circle cx=\"{Number(x)}\" cy=\"{Number(y)}\" r=\"{Number(size)}\" fill=\"{color}\" stroke=\"{rim}\"/>\n");

    private static void Line(StringBuilder svg, IEnumerable<(double X, double Y)> places, string color) => svg
        .Append("<polyline fill=\"none\" stroke-width=\"2\" ").Append($"stroke=\"{color}\" points=\"")
        .AppendJoin(' ', places.Select(place => $"{Number(place.X)},{Number(place.Y)}")).Append("\"/>\n");

    private static void Text(StringBuilder svg, int x, int y, string text, string anchor, int size) => svg
        .Append($"<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" font-size=\"{size}\" fill=\"#333\">")
        .Append(System.Security.SecurityElement.Escape(text)).Append("</text>\n");

    private static string Number(double number) => Math.Round(number, 1).ToString(CultureInfo.InvariantCulture);
}
