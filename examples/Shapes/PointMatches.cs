using System.Diagnostics;
using Examples;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;
using ScottPlot;
using Shapes.Data;

namespace Shapes;

/// <summary>Tells which points of two views are the same.</summary>
internal static class PointMatches
{
    private const int ToTrain = 7000, ToChoose = 100, ToTest = 300, Apart = 40;
    private const string Yes = "yes", No = "no";

    /// <summary>What was reached.</summary>
    /// <param name="Found">Shares of the matches that are right, and of those that there are that were found.</param>
    /// <param name="Nearest">The same of points that are each other's nearest by their descriptions.</param>
    /// <param name="Apart">Matches in a pair of views that has none, the mean.</param>
    /// <param name="Seconds">For training.</param>
    /// <param name="Difference">The largest one of the exported file to its training graph.</param>
    internal sealed record Result((double Precision, double Recall) Found, (double Precision, double Recall) Nearest, double Apart,
        double Seconds, double Difference);

    internal static Result Run(MLContext ml, int seed, Options options)
    {
        var random = new Random(seed);
        PointViews[] Views(int count, Func<int, bool> isApart) =>
            [.. Enumerable.Range(0, count).Select(i => PointViews.Of(random, isApart(i)))];
        var keys = ml.Transforms.Conversion.MapValueToKey("Label", nameof(Row.Labels), keyData: ml.Data.LoadFromEnumerable(
            ((string[])[No, Yes]).Select(name => new LabelName { Name = name }))).Fit(ml.Data.LoadFromEnumerable<Row>([new()]));
        IDataView Rows(PointViews[] views) => keys.Transform(ml.Data.LoadFromEnumerable(views.Select(Row.Of).ToList()));
        // Some views that have nothing in common are among those to train on.
        var (training, validation) = (Rows(Views(ToTrain, i => i % 20 == 0)), Rows(Views(ToChoose, i => i % 20 == 0)));
        PointViews[] test = Views(ToTest, _ => false), apart = Views(Apart, _ => true);
        var clock = Stopwatch.StartNew();
        using var model = ml.Sequences().Tagging(new SequenceTaggingTrainer.Options
        {
            SequenceColumnName = nameof(Row.Pairs),
            Inputs = [InputColumn.Series(nameof(Row.First)), InputColumn.Series(nameof(Row.Second))],
            Network = SequenceNetwork.Matching(new() { Hidden = options.Hidden ?? 64, Layers = options.Layers ?? 2,
                Dropout = options.Dropout ?? 0 }),
            GradientClipNorm = 1,
            ValidationData = validation,
        }.With(options, seed, new(16, 16, 0.004f, LinesEvery: 3))).Fit(training);
        var seconds = clock.Elapsed.TotalSeconds;
        var found = Matches(model.Transform(Rows(test)), test);
        model.ExportToOnnx(Path.Combine(options.Folder, "matches.onnx"));
        LossCurves.Write(Path.Combine(options.Folder, "matches-loss"), "matches of points: loss", "nats", model.History.Epochs);
        Draw(Path.Combine(options.Folder, "matches"), test[0], found[0]);
        return new(Shares(test, found), Shares(test, [.. test.Select(views => views.Nearest())]),
            Matches(model.Transform(Rows(apart)), apart).Average(some => some.Length), seconds, model.Info.Verification!.LargestDifference);
    }

    private static (int First, int Second)[][] Matches(IDataView scored, PointViews[] views) =>
        [.. scored.GetColumn<uint[]>("PredictedLabel").Zip(views, (labels, of) => labels.Index().Where(label => label.Item == 2)
            .Select(label => (label.Index / of.SecondCount, label.Index % of.SecondCount)).ToArray())];

    /// <summary>Precision and recall of matches.</summary>
    internal static (double Precision, double Recall) Shares(PointViews[] views, (int First, int Second)[][] found)
    {
        var right = views.Zip(found, (of, some) => some.Count(pair => of.Matches[pair.First] == pair.Second)).Sum();
        return (right / (double)Math.Max(1, found.Sum(some => some.Length)),
            right / (double)views.Sum(of => of.Matches.Count(match => match >= 0)));
    }

    private static void Draw(string path, PointViews views, (int First, int Second)[] found)
    {
        const double Beside = 3.5;
        var plot = PictureFile.New("Two views of some points, left and right, and which were found to be the same");
        (string Name, Color Color, LinePattern Pattern) right = ("right match", Color.FromHex("#7aa6d8"), LinePattern.Solid),
            wrong = ("wrong match", Colors.Red, LinePattern.Solid), missed = ("missed match", Colors.Gray, LinePattern.Dotted);
        foreach (var (first, second) in views.Matches.Index().Where(match => match.Item >= 0 && !found.Contains(match)))
            Line(first, second, missed);
        foreach (var (first, second) in found)
            Line(first, second, views.Matches[first] == second ? right : wrong);
        foreach (var (points, isMatched, from) in ((float[], Func<int, bool>, double)[])[(views.First, i => views.Matches[i] >= 0, 0),
            (views.Second, views.Matches.Contains, Beside)])
            for (var i = 0; i < points.Length / PointViews.Width; i++)
                plot.Add.Marker(from + points[i * PointViews.Width], points[i * PointViews.Width + 1], MarkerShape.FilledCircle, 9,
                    isMatched(i) ? Color.FromHex("#1f4e8c") : Color.FromHex("#c8780a"));
        plot.Legend.ManualItems.Add(new() { LabelText = "in both views",
            MarkerStyle = new(MarkerShape.FilledCircle, 9, Color.FromHex("#1f4e8c")) });
        plot.Legend.ManualItems.Add(new() { LabelText = "in one alone",
            MarkerStyle = new(MarkerShape.FilledCircle, 9, Color.FromHex("#c8780a")) });
        foreach (var (name, color, pattern) in ((string, Color, LinePattern)[])[right, wrong, missed])
            plot.Legend.ManualItems.Add(new() { LabelText = name, LineStyle = new() { Color = color, Width = 2, Pattern = pattern } });
        plot.HideGrid();
        foreach (var axis in plot.Axes.GetAxes())
            axis.IsVisible = false;
        plot.Axes.SquareUnits();
        plot.ShowLegend(Edge.Bottom);
        plot.WriteTo(path, 900, 520);

        void Line(int first, int second, (string Name, Color Color, LinePattern Pattern) style)
        {
            var line = plot.Add.Line(views.First[first * PointViews.Width], views.First[first * PointViews.Width + 1],
                Beside + views.Second[second * PointViews.Width], views.Second[second * PointViews.Width + 1]);
            (line.LineColor, line.LinePattern) = (style.Color, style.Pattern);
        }
    }

    private sealed class LabelName
    {
        public string Name { get; set; } = "";
    }

    /// <summary>Two views as a row of the data view, with all pairs of their points.</summary>
    private sealed class Row
    {
        [VectorType(0, 2)]
        public float[] Pairs { get; set; } = [];

        [VectorType(0, PointViews.Width)]
        public float[] First { get; set; } = [];

        [VectorType(0, PointViews.Width)]
        public float[] Second { get; set; } = [];

        public string[] Labels { get; set; } = [];

        internal static Row Of(PointViews views)
        {
            (int First, int Second)[] pairs = [.. from i in Enumerable.Range(0, views.FirstCount)
                from j in Enumerable.Range(0, views.SecondCount)
                select (i, j)];
            return new()
            {
                First = views.First, Second = views.Second, Pairs = [.. pairs.SelectMany(pair => (float[])[pair.First, pair.Second])],
                Labels = [.. pairs.Select(pair => views.Matches[pair.First] == pair.Second ? Yes : No)],
            };
        }
    }
}
