using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Sequences;

/// <summary>Networks that draw series: what they write, that they tell densities, that both forms agree, and what is refused.</summary>
[TestClass]
public class SeriesGenerationTests
{
    private static readonly MLContext Ml = new(1);

    private static SequencePredictionTransformer Fit(SeriesGenerationTrainer.Options options, params IEnumerable<Strokes> rows) =>
        Ml.Sequences().SeriesGeneration(options).Fit(Strokes.View(Ml, rows));

    private static float[][] Densities(ITransformer model, params IEnumerable<Strokes> rows) =>
        [.. model.Transform(Strokes.View(Ml, rows)).GetColumn<float[]>("Score")];

    [TestMethod]
    public void Texts_are_written_as_they_are_in_the_rows()
    {
        using var trained = Fit(Strokes.Small(80), Strokes.Make(400));
        using var folder = new TemporaryFolder();
        var path = folder.File("writer.onnx");
        trained.ExportStepsToOnnx(path);
        using var generator = SeriesGenerator.Load(path);
        long[][] texts = [[1], [2, 3], [3, 1, 2], [1, 1, 3, 2], [2, 2, 2, 1], [3, 2, 1]];
        var written = generator.Generate(texts, new() { Bias = 1, Seed = 3 });
        // Draws may go astray, seldom.
        Assert.IsGreaterThanOrEqualTo(texts.Length - 1, texts.Zip(written, (text, line) => line.Ended
            && text.SequenceEqual(Strokes.Read(line.Steps).Select(letter => (long)letter))).Count(isRight => isRight));
        // Each row has draws of its own, and a start is kept.
        var alone = generator.Generate([texts[0]], new() { Bias = 1, Seed = 3 });
        Assert.HasCount(written[0].Steps.Length, alone[0].Steps);
        for (var i = 0; i < alone[0].Steps.Length; i++)
            Assert.AreEqual(written[0].Steps[i], alone[0].Steps[i], 1e-4f);
        Assert.AreNotEqual(written[0].Steps[0], generator.Generate([texts[0]], new() { Bias = 1, Seed = 4 })[0].Steps[0]);
        float[] start = [.. written[2].Steps.Take(12)];
        var continued = generator.Generate([texts[2]], new() { Bias = 1, Starts = [start] })[0];
        CollectionAssert.AreEqual(start, continued.Steps[..12]);
        Assert.IsFalse(generator.Generate([texts[3]], new() { MaximumSteps = 4 })[0].Ended);
    }

    // The density of a step by the equations of MixtureLayout, in double precision.
    private static double LogDensity(MixtureLayout layout, ReadOnlySpan<float> numbers, ReadOnlySpan<float> step, bool ends)
    {
        var (sum, all) = (0.0, 0.0);
        for (var k = 0; k < layout.Components; k++)
        {
            var (log, pair) = ((double)numbers[k], layout.Dependences + k);
            all += Math.Exp(log);
            for (var i = 0; i < layout.Real; i++)
            {
                var deviation = (double)numbers[layout.Deviations + i * layout.Components + k];
                var noise = (step[i] - (double)numbers[layout.Means + i * layout.Components + k]) / Math.Exp(deviation);
                for (var j = 0; j < i; j++, pair += layout.Components)
                    noise += numbers[pair] * (step[j] - (double)numbers[layout.Means + j * layout.Components + k]);
                log += -noise * noise / 2 - deviation - Math.Log(2 * Math.PI) / 2;
            }
            sum += Math.Exp(log);
        }
        var density = Math.Log(sum / all);
        for (var i = 0; i < layout.Binary; i++)
            density += Log(numbers[layout.Binaries + i], step[layout.Real + i] == 1);
        return density + Log(numbers[layout.End], ends);

        static double Log(double logit, bool isOne) => -Math.Log(1 + Math.Exp(isOne ? -logit : logit));
    }

    [TestMethod]
    [DataRow(true, 1)]
    [DataRow(false, 1)]
    [DataRow(true, 1000)]
    [DataRow(false, 1e-3)]
    public void Whole_rows_have_the_density_that_steps_one_by_one_have(bool hasText, double unit)
    {
        var options = Strokes.Small(3, hasText);
        options.Inputs = hasText ? [] : [InputColumn.Vector(nameof(Strokes.Size))];
        using var trained = Fit(options, Strokes.Make(60, unit: (float)unit));
        Assert.IsLessThan(1e-4, trained.Info.Verification!.LargestDifference);
        var rows = Strokes.Make(9, seed: 5, unit: (float)unit);
        var scores = Densities(trained, rows);
        using var folder = new TemporaryFolder();
        trained.ExportStepsToOnnx(folder.File("steps.onnx"));
        using var model = StepModel.Load(folder.File("steps.onnx"), null, acceptEdited: false);
        var layout = new MixtureLayout(2, 1, 3);
        for (var row = 0; row < rows.Length; row++)
        {
            var steps = rows[row].Pen.Length / 3;
            using var run = model.Start(1, steps, !hasText ? null : new Dictionary<string, TensorData>
            {
                ["Text"] = TensorData.Create(Array.ConvertAll(rows[row].Text, letter => (long)letter), 1, rows[row].Text.Length),
            });
            for (var step = 0; step < steps; step++)
            {
                Dictionary<string, TensorData> inputs = new()
                {
                    ["features"] = TensorData.Create(step == 0 ? [7f, 7, 7] : rows[row].Pen[(3 * step - 3)..(3 * step)], 1, 1, 3),
                };
                if (!hasText)
                    inputs["Size"] = TensorData.Create(rows[row].Size, 1, 1);
                var numbers = run.Step(inputs).As<float>();
                var expected = LogDensity(layout, numbers, rows[row].Pen.AsSpan(3 * step, 3), step == steps - 1);
                Assert.AreEqual(expected, scores[row][step], 2e-4 * Math.Max(1, Math.Abs(expected)), $"row {row}, step {step}");
            }
        }
    }

    [TestMethod]
    public void Densities_of_all_that_a_first_step_may_be_add_to_one()
    {
        using var trained = Fit(Strokes.Small(2, hasText: false), Strokes.Make(60));
        const float width = 0.25f;
        var sum = 0.0;
        // One that is the last, and one with another behind it.
        float[] grid = [.. Enumerable.Range(-40, 81).Select(i => i * width)];
        foreach (var lift in (float[])[0, 1])
            foreach (var more in (float[][])[[], [0, 0, 0]])
                sum += Densities(trained, from x in grid from y in grid select new Strokes { Pen = [x, y, lift, .. more], Text = [1] })
                    .Sum(density => Math.Exp(density[0]) * width * width);
        Assert.AreEqual(1, sum, 0.01);
    }

    [TestMethod]
    public void Draws_have_the_moments_of_their_distribution()
    {
        var layout = new MixtureLayout(2, 1, 2);
        var numbers = new float[layout.Count];
        // The second component nearly always: x of deviation 2 around 1, y = -3 - ½ 0.5 (x - 1) + noise of deviation 0.5.
        (numbers[1], numbers[layout.Means + 1], numbers[layout.Means + 3]) = (50, 1, -3);
        (numbers[layout.Deviations + 1], numbers[layout.Deviations + 3]) = (MathF.Log(2), MathF.Log(0.5f));
        (numbers[layout.Dependences + 1], numbers[layout.Binaries], numbers[layout.End]) = (0.5f, MathF.Log(3), -MathF.Log(9));
        (double[] Mean, double XX, double YY, double XY, double Ends) Moments(double bias)
        {
            const int count = 40_000;
            var random = SplitMix64.Of(1, 1);
            var step = new float[3];
            double[] mean = [0, 0, 0];
            double xx = 0, yy = 0, xy = 0, ends = 0;
            for (var i = 0; i < count; i++)
            {
                ends += layout.Draw(numbers, bias, ref random, step) ? 1.0 / count : 0;
                for (var k = 0; k < 3; k++)
                    mean[k] += step[k] / (double)count;
                double x = step[0] - 1, y = step[1] + 3;
                (xx, yy, xy) = (xx + x * x / count, yy + y * y / count, xy + x * y / count);
            }
            return (mean, xx, yy, xy, ends);
        }
        var (mean, xx, yy, xy, ends) = Moments(0);
        Assert.AreEqual(1, mean[0], 0.05);
        Assert.AreEqual(-3, mean[1], 0.02);
        Assert.AreEqual(0.75, mean[2], 0.01);
        Assert.AreEqual(0.1, ends, 0.01);
        Assert.AreEqual(4, xx, 0.15);
        Assert.AreEqual(-1, xy, 0.05);                             // -½ · 0.5 · 4
        Assert.AreEqual(0.25 + 0.25, yy, 0.02);                    // 0.5² + (½ · 0.5)² · 4
        var (_, narrower, _, _, fewer) = Moments(1);
        Assert.AreEqual(4 * Math.Exp(-2), narrower, 0.03);
        Assert.AreEqual(1 / (1 + 81.0), fewer, 0.003);
    }

    [TestMethod]
    public void Units_of_the_data_change_nothing()
    {
        using var ones = Fit(Strokes.Small(3), Strokes.Make(60));
        using var thousands = Fit(Strokes.Small(3), Strokes.Make(60, unit: 1024));
        Assert.AreEqual(ones.History.Epochs[^1].Loss, thousands.History.Epochs[^1].Loss, 1e-4);
        var (first, second) = (Densities(ones, Strokes.Make(5)), Densities(thousands, Strokes.Make(5, unit: 1024)));
        foreach (var (one, other) in first.SelectMany(row => row).Zip(second.SelectMany(row => row)))
            Assert.AreEqual(one - 2 * Math.Log(1024), other, 1e-3);
    }

    private sealed class Fixed
    {
        [VectorType(4, 2)]
        public float[] Moves { get; set; } = [];

        public float Weight { get; set; } = 1;
    }

    // Rows alternate between two of four steps; a third of the rows are noise that has no weight.
    [TestMethod]
    public void Series_of_one_length_end_there_and_rows_without_weight_are_not_learned()
    {
        var random = new Random(1);
        var rows = Ml.Data.LoadFromEnumerable(Enumerable.Range(0, 120).Select(i => new Fixed
        {
            Moves = [.. Enumerable.Range(0, 8).Select(k => i % 3 == 0 ? 3 + 2 * random.NextSingle()
                : (i + k / 2) % 2 + 0.02f * random.NextSingle())],
            Weight = i % 3 == 0 ? 0 : 1,
        }).ToArray());
        using var trained = Ml.Sequences().SeriesGeneration(new SeriesGenerationTrainer.Options
        {
            SequenceColumnName = nameof(Fixed.Moves), ExampleWeightColumnName = nameof(Fixed.Weight), Components = 4,
            BatchSize = 16, Layers = new() { Hidden = 16 }, Epochs = 200, LearningRate = 1e-2f,
        }).Fit(rows);
        using var generator = trained.ToGenerator();
        var drawn = generator.Generate(20, new() { Bias = 2, Seed = 1 });
        Assert.IsGreaterThanOrEqualTo(17, drawn.Count(row => row.Steps.Length == 8 && row.Ended));
        // Numbers near 0 and 1 by turns, where rows without weight have 3 to 5.
        Assert.IsGreaterThanOrEqualTo(17, drawn.Count(row => Enumerable.Range(0, row.Steps.Length).All(k =>
            Math.Abs(row.Steps[k] - (k / 2 % 2 == 0 ? Math.Round(row.Steps[0]) : 1 - Math.Round(row.Steps[0]))) < 0.3)));
    }

    [TestMethod]
    public void Threads_draw_from_one_generator_what_one_alone_draws()
    {
        using var trained = Fit(Strokes.Small(), Strokes.Make(20));
        using var generator = trained.ToGenerator();
        float[] Draw(int seed) => generator.Generate([[1L, 2]], new() { Seed = seed, MaximumSteps = 20 })[0].Steps;
        var alone = Enumerable.Range(0, 8).Select(Draw).ToArray();
        var together = new float[8][];
        Parallel.For(0, 8, seed => together[seed] = Draw(seed));
        for (var seed = 0; seed < 8; seed++)
            CollectionAssert.AreEqual(alone[seed], together[seed]);
    }

    [TestMethod]
    public void Later_steps_change_nothing_and_texts_do()
    {
        using var trained = Fit(Strokes.Small(2), Strokes.Make(60));
        var row = Strokes.Make(4)[3];
        var before = Densities(trained, row)[0];
        row.Pen[^3] += 1;
        var after = Densities(trained, row)[0];
        for (var i = 0; i < before.Length - 1; i++)
            Assert.AreEqual(before[i], after[i], 1e-5f);
        Assert.AreNotEqual(before[^1], after[^1], 1e-5f);
        row.Text[0] = row.Text[0] % Strokes.Letters + 1;
        Assert.AreNotEqual(after[1], Densities(trained, row)[0][1], 1e-5f);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Exported_saved_and_loaded_models_score_alike(bool hasText)
    {
        using var trained = Fit(Strokes.Small(1, hasText), Strokes.Make(40));
        var rows = Strokes.Make(7, seed: 3);
        var scores = Densities(trained, rows);
        using var folder = new TemporaryFolder();
        string onnx = folder.File("model.onnx"), zip = folder.File("model.zip");
        trained.ExportToOnnx(onnx);
        Ml.Model.SaveWhole(trained, Strokes.View(Ml, rows).Schema, zip);
        foreach (var loaded in (ITransformer[])[Ml.Transforms.ApplySequenceModel(onnx, "Pen").Fit(Strokes.View(Ml, rows)),
            Ml.Model.Load(zip, out _)])
            foreach (var (one, other) in scores.SelectMany(row => row).Zip(Densities(loaded, rows).SelectMany(row => row)))
                Assert.AreEqual(one, other, 1e-4f);
    }

    // Two texts of three letters, of which one has two, that four steps write; all inputs and weights.
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Gradient_of_inputs_and_all_parameters(bool hasText)
    {
        const int time = 4, batch = 2, features = 2;
        var writer = new SeriesGenerationNetwork(new() { Hidden = 3, Layers = 2 }, 2, hasText ? "Text" : null, 0, 1);
        Value Encode(NetworkBuilder network, Value[] inputs)
        {
            Dictionary<string, Sequence> sides = !hasText ? [] : new()
            {
                ["Text"] = new(network, inputs[1], network.Graph.Vector(3L, 2)),
            };
            return writer.WithFeatures(features).Encode(new(network, inputs[0], null) { Inputs = new(sides) }).Steps.Steps;
        }
        long[][] sizes = hasText ? [[time, batch, features], [3, batch, 2]] : [[time, batch, features]];
        var shapes = new ParameterSet();
        var first = new NetworkBuilder(shapes, NetworkMode.Evaluation);
        Encode(first, [.. sizes.Select((size, i) => first.Input($"x{i}", ElementType.Float, Shape.Of(size)))]);
        TensorData[] at = [.. sizes.Select((size, i) => FiniteDifferences.Random(ElementType.Float, 10 + i, [.. size])),
            .. shapes.All.Select((parameter, i) => FiniteDifferences.Random(ElementType.Float, 20 + i, [.. parameter.Value.Sizes]))];
        FiniteDifferences.Check(values => Encode(new(values[0].Graph, NetworkMode.Training, shapes.All.Zip(values.Skip(sizes.Length),
            (parameter, value) => (parameter.Name, value)).ToDictionary()), values[..sizes.Length]), at, tolerance: 6e-3, step: 3e-3);
    }

    [TestMethod]
    public void Gradient_of_the_density_by_numbers_and_steps()
    {
        var density = new MixtureDensity(new(2, 1, 2));
        TensorData[] at = [FiniteDifferences.Random(ElementType.Double, 1, 2, 3, density.Layout.Count),
            FiniteDifferences.Random(ElementType.Double, 2, 2, 3, 3)];
        FiniteDifferences.Check(values => density.LogDensity(density.Bounded(values[0]), values[1],
            Op.Filled(1.0, [2, 3], values[0])), at);
    }

    private static void Refused<T>(string expected, Action action) where T : Exception =>
        StringAssert.Contains(Assert.Throws<T>(action).ToString(), expected);

    [TestMethod]
    public void Rows_that_do_not_fit_are_named()
    {
        void Bad(string expected, Action<Strokes> change)
        {
            var rows = Strokes.Make(20);
            change(rows[5]);
            Refused<InvalidDataException>(expected, () => Fit(Strokes.Small(), rows));
        }
        Bad("Column 'Pen', row 5: the sequence is empty", row => row.Pen = []);
        Bad("Column 'Text', row 5: the sequence is empty", row => row.Text = []);
        Bad("Column 'Pen', row 5, step 1, feature 0: NaN", row => row.Pen[3] = float.NaN);
        Bad("Column 'Pen', row 5: 7 values, expected a multiple of 3", row => row.Pen = row.Pen[..7]);
        Bad("Column 'Pen', row 5, step 1, feature 2: 0.5, expected 0 or 1, as of the last 1 of 3 features (BinaryFeatures)",
            row => row.Pen[5] = 0.5f);
    }

    [TestMethod]
    public void Options_and_texts_that_do_not_fit_are_refused()
    {
        void Wrong(string expected, Action<SeriesGenerationTrainer.Options> change)
        {
            var options = Strokes.Small();
            change(options);
            Refused<ArgumentException>(expected, () => Fit(options, Strokes.Make(8)));
        }
        Wrong("Network is 'LSTM'", options => options.Network = SequenceNetwork.Lstm(4));
        Wrong("Components is 0", options => options.Components = 0);
        Wrong("BinaryFeatures is 3, but column 'Pen' has 3 features", options => options.BinaryFeatures = 3);
        Wrong("Column 'Text' is Vector<Key<UInt32, 0-2>>: expected a series", options =>
            (options.SequenceColumnName, options.TextColumnName) = ("Text", null));
        Wrong("Column 'Missing'", options => options.TextColumnName = "Missing");
        Wrong("of both directions", options => options.Layers = new() { Bidirectional = true });
        Wrong("Inputs is with others than vectors", options => options.Inputs = [InputColumn.Series(nameof(Strokes.Moves), 2)]);
        Wrong("OutputAttention", options => options.OutputAttention = true);

        using var trained = Fit(Strokes.Small(), Strokes.Make(12));
        using var generator = trained.ToGenerator();
        Assert.AreEqual((3, 4), (generator.FeatureCount, generator.Info.TokenCount));
        Refused<ArgumentException>("The model writes what it reads in 'Text'", () => generator.Generate(2));
        Refused<ArgumentException>("Text 1 is empty", () => generator.Generate([[1L], []]));
        Refused<ArgumentException>("Text 0 has the token 4; expected 1 to 3", () => generator.Generate([[1L, 4]]));
        Refused<ArgumentException>("There are no texts", () => generator.Generate(Array.Empty<long[]>()));
        Refused<ArgumentException>("There are texts that are null", () => generator.Generate([[1L], null!]));
        Refused<ArgumentException>("Bias is -1", () => generator.Generate([[1L]], new() { Bias = -1 }));
        Refused<ArgumentException>("MaximumSteps is 0", () => generator.Generate([[1L]], new() { MaximumSteps = 0 }));
        Refused<ArgumentException>("Starts is 2 numbers for row 0", () => generator.Generate([[1L]], new() { Starts = [[1, 2]] }));
        Refused<ArgumentException>("Starts is 2 in row 0, step 0, feature 2", () =>
            generator.Generate([[1L]], new() { Starts = [[1, 2, 2]] }));
        Refused<ArgumentException>("Starts is NaN in row 0, step 0, feature 1", () =>
            generator.Generate([[1L]], new() { Starts = [[1, float.NaN, 1]] }));
        Refused<InvalidDataException>("no 'mlseqgraph.decisions'", () => trained.ToPolicy());
        using var free = Fit(Strokes.Small(hasText: false), Strokes.Make(12));
        using var drawing = free.ToGenerator();
        Refused<ArgumentException>("The model reads no text", () => drawing.Generate([[1L]]));
        Refused<ArgumentException>("There are 0 series", () => drawing.Generate(0));
        Assert.HasCount(3, drawing.Generate(3));
        using var canceled = new CancellationTokenSource();
        canceled.Cancel();
        Assert.Throws<OperationCanceledException>(() => drawing.Generate(1, cancellation: canceled.Token));
        Refused<InvalidDataException>("no 'mlseqgraph.series_generation'",
            () => SeriesGenerationInfo.FromMetadata(new Dictionary<string, string>()));
    }
}
