using System.Globalization;
using Examples;

namespace Handwriting.Data;

/// <summary>
/// Words written with fonts of single strokes. <c>glyphs.tsv</c> has a header and the columns font, character, advance and strokes: points
/// <c>x,y</c> parted by blanks, strokes by semicolons. Words are drawn by a rule (<see cref="Word"/>); fonts are held out as a whole.
/// </summary>
internal static class StrokeFonts
{
    private const string Glyphs = "glyphs.tsv";
    private const int TrainWords = 6000, TestWords = 400;

    // A font that is like these is held out; where there is none of them, every eighth.
    private static readonly string[] HeldOut = ["hershey-scriptc", "EMSFelix", "EMSTech"];

    private static readonly string[] Starts =
    [
        "b", "c", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "qu", "r", "s", "t", "v", "w", "x", "y", "z", "bl", "ch", "st", "tr",
        "",
    ];

    private static readonly string[] Vowels = ["a", "e", "i", "o", "u", "ea", "ou", "ee", "y"];
    private static readonly string[] Ends = ["", "", "n", "r", "s", "t", "l", "ll", "ng", "ck", "m", "d", "x", "zz"];

    internal static bool IsIn(string folder) => File.Exists(Path.Combine(folder, Glyphs));

    internal static WritingData Read(string folder, int seed)
    {
        var fonts = Fonts(Path.Combine(folder, Glyphs));
        string[] names = [.. fonts.Keys.Order(StringComparer.Ordinal)];
        string[] held = [.. names.Where(HeldOut.Contains)];
        if (held.Length == 0)
            held = [.. names.Where((_, i) => i % 8 == 7)];
        string[] known = [.. names.Except(held)];
        if (known.Length == 0 || held.Length == 0)
            throw new InvalidDataException($"{folder} has {names.Length} fonts; expected at least 8, so that some can be held out.");
        var random = new Random(seed);
        var words = new HashSet<string>();
        // Test words are others than those trained on.
        string[] Words(int count)
        {
            var drawn = new List<string>();
            while (drawn.Count < count)
                if (Word(random) is { Length: >= 2 and <= 10 } word && words.Add(word))
                    drawn.Add(word);
            return [.. drawn];
        }
        Writing[] Written(int count, string[] by, bool varies = false) =>
            [.. Words(count).Select(word => Write(word, fonts[by[random.Next(by.Length)]], random, varies))];
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        return new($"{name}: words in {known.Length} fonts, {held.Length} fonts held out",
            Written(TrainWords, known, varies: true), Written(TestWords / 2, known),
            [("words", Written(TestWords, known)), ("fonts_held_out", Written(TestWords, held))], Spacing: 0.45);
    }

    /// <summary>One to three syllables, each of one of 26 starts, 9 vowels and 14 ends.</summary>
    internal static string Word(Random random)
    {
        string One(string[] of) => of[random.Next(of.Length)];
        return string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => One(Starts) + One(Vowels) + One(Ends)));
    }

    // Slant, size and a trembling pen differ from word to word; in half of the words letters are joined where they nearly touch. In
    // training letters vary too, as do the order and direction of their strokes, so that other fonts are less of a surprise.
    private static Writing Write(string word, IReadOnlyDictionary<char, (double Advance, Point[] Points)> font, Random random, bool varies)
    {
        var vary = new Distortion(random, Slant: 0.25, Tilt: 0.15, Stretch: 0.25, Tremble: 0.35);
        var joins = random.Next(2) == 0;
        var hand = new Distortion(random, Slant: 0.35, Tilt: 0.06, Stretch: 0.15, Tremble: 0.25);
        var (points, left) = (new List<Point>(), 0.0);
        foreach (var letter in word)
        {
            var (advance, drawn) = font[letter];
            if (varies)
                drawn = vary.Of(random.Next(3) == 0 ? Reordered(drawn, random) : drawn);
            if (joins && points.Count > 0 && Math.Abs(points[^1].X - left - drawn[0].X) + Math.Abs(points[^1].Y - drawn[0].Y) < 4)
                points[^1] = points[^1] with { IsLifted = false };
            points.AddRange(drawn.Select(point => point with { X = point.X + left }));
            left += advance * (1 + hand.Between(0.08));
        }
        return Writing.Of(word, hand.Of(points));
    }

    // The same strokes in another order, some of them backward.
    private static Point[] Reordered(Point[] points, Random random)
    {
        var strokes = new List<Point[]>();
        for (int first = 0, at = 0; at < points.Length; at++)
            if (points[at].IsLifted)
            {
                var stroke = points[first..(at + 1)];
                if (random.Next(2) == 0)
                    stroke = [.. stroke.Reverse().Select((point, i) => point with { IsLifted = i == stroke.Length - 1 })];
                strokes.Add(stroke);
                first = at + 1;
            }
        var order = strokes.ToArray();
        random.Shuffle(order);
        return [.. order.SelectMany(stroke => stroke)];
    }

    private static Dictionary<string, Dictionary<char, (double, Point[])>> Fonts(string path)
    {
        var fonts = new Dictionary<string, Dictionary<char, (double, Point[])>>();
        foreach (var row in Table.Read(path, separator: '\t').Rows.Skip(1))
        {
            row.RequireAtLeast(3, "font, character, advance and strokes");
            if (row.Values[1] is not [>= 'a' and <= 'z' and var letter])
                continue;
            if (!fonts.TryGetValue(row.Values[0], out var font))
                fonts[row.Values[0]] = font = [];
            font[letter] = (row.Number(2), Strokes(row));
        }
        if (fonts.FirstOrDefault(font => font.Value.Count < 26) is { Key: { } name, Value: var letters })
            throw new InvalidDataException($"{path}: the font '{name}' has {letters.Count} of the letters a to z; expected all.");
        return fonts;
    }

    private static Point[] Strokes(Fields row)
    {
        var points = new List<Point>();
        foreach (var stroke in (row.Values.ElementAtOrDefault(3) ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            string[][] pairs = [.. stroke.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split(','))];
            for (var i = 0; i < pairs.Length; i++)
                points.Add(pairs[i] is [var x, var y] && double.TryParse(x, CultureInfo.InvariantCulture, out var across)
                    && double.TryParse(y, CultureInfo.InvariantCulture, out var up) ? new(across, up, i == pairs.Length - 1)
                    : throw row.Error($"a point of the strokes is '{string.Join(',', pairs[i])}', expected x,y"));
        }
        return points.Count > 0 ? [.. points] : throw row.Error("the letter has no strokes");
    }
}
