using System.Globalization;

namespace MLSeqGraph.Transforms;

/// <summary>Reads meshes in the Object File Format.</summary>
internal static class OffFile
{
    internal static TriangleMesh Load(string path)
    {
        using var lines = new Lines(path);
        var head = lines.Next("OFF") ?? throw lines.Error("the end of the file; expected OFF");
        if (head[0] is not ("OFF" or "COFF"))
            throw lines.Error($"'{head[0]}'; expected OFF");
        if (head is [_, "BINARY", ..])
            throw lines.Error("OFF BINARY; expected a file in text");
        var counts = head.Length > 1 ? head[1..] : lines.Next("the numbers of vertices and faces");
        var (vertices, faces) = (lines.Count(counts, 0, 3, "vertices"), lines.Count(counts, 1, 1, "faces"));
        // These grow with the file, whatever numbers its head announces.
        var (points, corners) = (new List<double>(), new List<int>());
        for (var i = 0; i < vertices; i++)
        {
            var line = lines.Next($"vertex {i} of {vertices}");
            for (var axis = 0; axis < 3; axis++)
                points.Add(axis < line.Length && double.TryParse(line[axis], NumberStyles.Float, CultureInfo.InvariantCulture,
                    out var number) && double.IsFinite(number) ? number : throw lines.Error((axis < line.Length ? $"'{line[axis]}'"
                    : $"{line.Length} numbers") + $" for vertex {i}; expected x, y and z"));
        }
        for (var i = 0; i < faces; i++)
            AddFace(lines, i, lines.Next($"face {i} of {faces}"), points, corners);
        return lines.TryNext() is { } more
            ? throw lines.Error($"'{string.Join(' ', more.Take(4))}' behind the {vertices} vertices and {faces} faces that the head "
                + "announces")
            : new(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(points),
                System.Runtime.InteropServices.CollectionsMarshal.AsSpan(corners));
    }

    private static void AddFace(Lines lines, int face, string[] line, List<double> points, List<int> corners)
    {
        var count = Whole(line[0]);
        if (count < 3)
            throw lines.Error($"'{line[0]}' vertices of face {face}; expected a number of at least 3");
        if (line.Length <= count)
            throw lines.Error($"{line.Length - 1} vertices of face {face}; expected {count}");
        var own = new int[count];
        for (var i = 0; i < own.Length; i++)
            own[i] = Whole(line[i + 1]) is var vertex && vertex >= 0 && vertex < points.Count / 3 ? vertex
                : throw lines.Error($"vertex '{line[i + 1]}' of face {face}; expected 0 to {points.Count / 3 - 1}");
        if (own.Distinct().Count() < own.Length)
            throw lines.Error($"one vertex twice in face {face}, {string.Join(' ', own)}; expected {own.Length} of them");
        if (own.Length == 4 && Square(own[1], own[3]) < Square(own[0], own[2]))
            own = [own[1], own[2], own[3], own[0]];
        for (var i = 1; i + 1 < own.Length; i++)
            corners.AddRange([own[0], own[i], own[i + 1]]);

        double Square(int a, int b) => Enumerable.Range(0, 3).Sum(axis => Math.Pow(points[3 * a + axis] - points[3 * b + axis], 2));
    }

    // -1 for what isn't a whole number of at least 0.
    private static int Whole(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    /// <summary>Lines of words, without comments.</summary>
    private sealed class Lines(string path) : IDisposable
    {
        private readonly IEnumerator<string> _lines = TextFile.Lines(path, "a mesh in the Object File Format (OFF)").GetEnumerator();
        private int _number;

        internal string[] Next(string expected) => TryNext() ?? throw Error($"the end of the file; expected {expected}");

        internal string[]? TryNext()
        {
            while (_lines.MoveNext())
            {
                _number++;
                var line = _lines.Current;
                var words = (line.IndexOf('#') is >= 0 and var comment ? line[..comment] : line)
                    .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
                if (words.Length > 0)
                    return words;
            }
            return null;
        }

        internal int Count(string[] counts, int at, int least, string what) =>
            at < counts.Length && Whole(counts[at]) is var count && count >= least ? count
                : throw Error($"{(at < counts.Length ? $"'{counts[at]}'" : "no number")} of {what}; expected at least {least}");

        internal InvalidDataException Error(string found) => new($"{path}, line {Math.Max(1, _number)}: found {found}.");

        public void Dispose() => _lines.Dispose();
    }
}
