using Examples;

namespace Handwriting.Data;

/// <summary>
/// Digits that people wrote with a pen, strung into numbers of 3 to 8 of them. A line of <c>train.csv</c> and <c>test.csv</c> is
/// x1,y1,…,x8,y8,digit, whole numbers from 0 to 100: the digit's way, without lifts of the pen. Test digits are other writers'.
/// </summary>
internal static class PenDigits
{
    private const int Points = 8, Fewest = 3, Most = 8, TrainNumbers = 6000, ValidationNumbers = 300;
    private const int FewestHeld = 10, FewestDigits = 2 * FewestHeld;
    private const double Height = 100, Gap = 25;

    internal static bool IsIn(string folder) =>
        File.Exists(Path.Combine(folder, "train.csv")) && File.Exists(Path.Combine(folder, "test.csv"));

    internal static WritingData Read(string folder, int seed)
    {
        var (train, test) = (Digits(Path.Combine(folder, "train.csv")), Digits(Path.Combine(folder, "test.csv")));
        if (train.Length < FewestDigits)
            throw new InvalidDataException($"{Path.Combine(folder, "train.csv")} has {train.Length} digits; expected at least "
                + $"{FewestDigits}: some are held out to validate on.");
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        return Strings($"{name}: digits strung into numbers, other writers held out", train, test, seed, TrainNumbers, ValidationNumbers);
    }

    /// <summary>Strings of digits: drawn at random of the training digits, each time distorted; each test digit once, as it is.</summary>
    internal static WritingData Strings(string name, IReadOnlyList<(int Digit, Point[] Points)> train,
        IReadOnlyList<(int Digit, Point[] Points)> test, int seed, int trained, int validated)
    {
        var random = new Random(seed);
        var hand = new Distortion(random, Slant: 0.25, Tilt: 0.12, Stretch: 0.15, Tremble: 2);
        var shuffled = train.ToArray();
        random.Shuffle(shuffled);
        // Validation digits aren't trained on.
        var held = Math.Max(FewestHeld, shuffled.Length / 10);
        Writing Drawn(ArraySegment<(int, Point[])> digits, Distortion hand) =>
            String([.. Enumerable.Range(0, random.Next(Fewest, Most + 1)).Select(_ => digits[random.Next(digits.Count)])], hand, random);
        var tested = test.ToArray();
        random.Shuffle(tested);
        var tests = new List<Writing>();
        for (var at = 0; at < tested.Length;)
        {
            var count = Math.Min(random.Next(Fewest, Most + 1), tested.Length - at);
            tests.Add(String(tested.AsSpan(at, count), Distortion.None, random));
            at += count;
        }
        return new(name, [.. Enumerable.Range(0, trained).Select(_ => Drawn(new(shuffled, held, shuffled.Length - held), hand))],
            [.. Enumerable.Range(0, validated).Select(_ => Drawn(new(shuffled, 0, held), Distortion.None))], [("numbers", tests)],
            Spacing: 0);
    }

    private static Writing String(ReadOnlySpan<(int Digit, Point[] Points)> digits, Distortion hand, Random random)
    {
        var (points, text, left) = (new List<Point>(), "", 0.0);
        foreach (var (digit, drawn) in digits)
        {
            var moved = hand.Of(drawn);
            var shift = left - moved.Min(point => point.X);
            points.AddRange(moved.Select(point => point with { X = point.X + shift }));
            left = points.Max(point => point.X) + Gap * (0.5 + random.NextDouble());
            text += digit;
        }
        return Writing.Of(text, points);
    }

    private static (int, Point[])[] Digits(string path)
    {
        var digits = Table.Read(path).Rows.Select(row =>
        {
            row.RequireAtLeast(2 * Points + 1, $"{Points} points x,y and the digit");
            var numbers = row.Numbers(0, 2 * Points + 1);
            return numbers[^1] is >= 0 and <= 9 && numbers[^1] % 1 == 0
                ? ((int)numbers[^1], Enumerable.Range(0, Points)
                    .Select(i => new Point(numbers[2 * i], numbers[2 * i + 1], i == Points - 1)).ToArray())
                : throw row.Error($"the digit is {numbers[^1]}, expected 0 to 9");
        }).ToArray();
        return digits.Length > 0 ? digits : throw new InvalidDataException($"{path} has no digits.");
    }

    /// <summary>Digits of straight lines, for want of people: 8 points each, of each digit a few hundred hands.</summary>
    internal static WritingData Generated(int seed)
    {
        string[] ways = ["2,9 0,6 0,3 2,0 4,3 4,6 2,9", "1,7 3,9 3,0", "0,7 2,9 4,7 0,0 4,0", "0,9 4,9 2,5 4,3 2,0 0,1", "3,0 3,9 0,3 4,3",
            "4,9 0,9 0,5 3,5 4,2 2,0 0,1", "4,8 1,6 0,2 2,0 4,2 2,4 0,3", "0,9 4,9 1,0", "2,5 0,7 2,9 4,7 0,2 2,0 4,2 2,5",
            "4,6 2,9 0,6 4,6 3,0"];
        var random = new Random(seed + 1);
        var hand = new Distortion(random, Slant: 0.3, Tilt: 0.1, Stretch: 0.2, Tremble: 4);
        (int, Point[])[] Hands(int count) => [.. Enumerable.Range(0, count).Select(i => (i % 10, hand.Of(Along(ways[i % 10]))))];
        return Strings("generated digits of straight lines, strung into numbers", Hands(1500), Hands(300), seed, trained: 1200,
            validated: 100);
    }

    // The corners of a way, x and y from 0 to 9, as points at equal distances.
    private static Point[] Along(string way)
    {
        double[][] corners = [.. way.Split(' ').Select(corner =>
            corner.Split(',').Select(number => (number[0] - '0') * Height / 9).ToArray())];
        double[] lengths = [.. corners.Skip(1).Zip(corners, (to, from) =>
            Math.Sqrt(Math.Pow(to[0] - from[0], 2) + Math.Pow(to[1] - from[1], 2)))];
        return [.. Enumerable.Range(0, Points).Select(i =>
        {
            var (wanted, at) = (lengths.Sum() * i / (Points - 1), 0);
            while (at < lengths.Length - 1 && wanted > lengths[at])
                wanted -= lengths[at++];
            var share = Math.Min(1, wanted / lengths[at]);
            return new Point(corners[at][0] + share * (corners[at + 1][0] - corners[at][0]),
                corners[at][1] + share * (corners[at + 1][1] - corners[at][1]), i == Points - 1);
        })];
    }
}
