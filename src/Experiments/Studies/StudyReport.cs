using System.Globalization;
using System.Net;
using System.Text;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Experiments;

/// <summary>
/// A study as one HTML file that needs nothing else: what was best when, curves of epochs, parallel coordinates, all trials.
/// </summary>
internal sealed class StudyReport(Study study)
{
    private const int Width = 900, Height = 260, Margin = 40;

    private readonly IReadOnlyList<TrialResult> _trials = study.Trials;
    private readonly StringBuilder _html = new();

    internal static void Write(Study study, string path) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        writer.Write(new StudyReport(study).Text());
    });

    private string Text()
    {
        var best = study.BestOf(_trials);
        _html.Append($$"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>{{Escaped(study.Name)}}</title><style>
            body { font: 14px sans-serif; margin: 2em auto; max-width: 960px; color: #222 }
            table { border-collapse: collapse } td, th { padding: 2px 8px; border-bottom: 1px solid #ddd; text-align: left }
            svg { background: #fafafa } text { paint-order: stroke; stroke: #fafafa; stroke-width: 4px }
            .Failed, .Pruned { color: #999 } .best { font-weight: bold }
            </style></head><body><h1>{{Escaped(study.Name)}}</h1>
            <p>{{Escaped(study.Metric)}}, {{(study.IsMaximize ? "more" : "less")}} is better; seed {{study.Seed}}; {{Counts()}};
            best {{Number(best?.Metric)}}{{(best is null ? "" : $" in trial {best.TrialId}")}}.
            Written {{DateTime.UtcNow:yyyy-MM-dd HH:mm}} UTC
            on {{Escaped(Environment.OSVersion.ToString())}}, .NET {{Environment.Version}}, {{Environment.ProcessorCount}} cores.</p>
            """);
        var completed = _trials.Where(trial => trial.State == TrialState.Completed).ToArray();
        if (completed.Length > 0)
        {
            Progress(completed);
            Coordinates(completed);
        }
        Curves();
        Table(best);
        return _html.Append("</body></html>\n").ToString();
    }

    private string Counts() => string.Join(", ", _trials.GroupBy(trial => trial.State).Select(same =>
        $"{same.Count()} {same.Key.ToString().ToLowerInvariant()}"));

    private void Progress(TrialResult[] completed)
    {
        var y = Scale([.. completed.Select(trial => trial.Metric!.Value)]);
        double X(int trial) => Margin + (Width - 2.0 * Margin) * trial / Math.Max(1, _trials.Count - 1);
        Begin("Trials, and the best so far");
        foreach (var trial in completed)
            _html.Append(CultureInfo.InvariantCulture,
                $"<circle cx=\"{X(trial.TrialId):0.#}\" cy=\"{y(trial.Metric!.Value):0.#}\" r=\"3\" fill=\"#48c\"><title>")
                .Append(Escaped(trial.ToString())).Append("</title></circle>\n");
        var best = completed[0].Metric!.Value;
        Line(completed.Select(trial =>
        {
            best = study.IsMaximize ? Math.Max(best, trial.Metric!.Value) : Math.Min(best, trial.Metric!.Value);
            return (X(trial.TrialId), y(best));
        }), "#c40", 2);
        End(completed.Select(trial => trial.Metric!.Value), "trial", 0, _trials.Count - 1);
    }

    private void Curves()
    {
        var reports = study.AllReports();
        if (reports.Count == 0 || reports.Values.Max(curve => curve.Count) < 2)
            return;
        var most = reports.Values.Max(curve => curve.Keys.Max());
        double[] values = [.. reports.Values.SelectMany(curve => curve.Values)];
        var y = Scale(values);
        Begin($"What epochs 1 to {most} reported; pruned trials are gray");
        foreach (var (number, curve) in reports.OrderBy(one => one.Key))
            Line(curve.OrderBy(one => one.Key).Select(one => (Margin + (Width - 2.0 * Margin) * (one.Key - 1) / Math.Max(1, most - 1),
                y(one.Value))), _trials[number].State == TrialState.Completed ? "#48c" : "#bbb", 1);
        End(values, "epoch", 1, most);
    }

    // A vertical axis a dimension and one of the metric; a line a trial, the better the redder.
    private void Coordinates(TrialResult[] completed)
    {
        string[] names = [.. completed.SelectMany(trial => trial.Parameters.Keys).Distinct()];
        var axes = names.Select(name => (Name: name, Values: completed.Where(trial => trial.Parameters.ContainsKey(name))
            .Select(trial => trial.Parameters[name]).ToArray())).ToArray();
        double X(int axis) => Margin + (Width - 2.0 * Margin) * axis / axes.Length;
        var metric = Scale([.. completed.Select(trial => trial.Metric!.Value)]);
        Begin("Parallel coordinates");
        var ranked = completed.OrderByDescending(trial => study.Loss(trial.Metric!.Value)).ToArray();
        foreach (var (rank, trial) in ranked.Indexed())
        {
            var points = axes.Indexed().Where(axis => trial.Parameters.ContainsKey(axis.Item.Name)).Select(axis =>
                (X(axis.Index), Place(trial.Parameters[axis.Item.Name], axis.Item.Values)));
            var red = 60 + 180 * rank / Math.Max(1, ranked.Length - 1);
            Line(points.Append((X(axes.Length), metric(trial.Metric!.Value))), $"rgb({red},{Math.Max(40, 160 - red / 2)},{255 - red})", 1);
        }
        object[] metrics = [.. completed.Select(trial => (object)trial.Metric!.Value)];
        foreach (var (i, (name, values)) in axes.Append((study.Metric, metrics)).Indexed())
        {
            _html.Append(CultureInfo.InvariantCulture, $"<line x1=\"{X(i):0.#}\" x2=\"{X(i):0.#}\" y1=\"{Margin}\" ")
                .Append(CultureInfo.InvariantCulture, $"y2=\"{Height - Margin}\" stroke=\"#888\"/>\n");
            Label(X(i), Margin - 8 - 12 * (i % 2), name, "middle");
            // Each choice, or both ends of a range.
            object[] marks = values[0] is string ? [.. values.Distinct()] : [values.Min()!, values.Max()!];
            foreach (var mark in marks.Distinct())
                Label(X(i) + (i < axes.Length ? 4 : -4), Place(mark, values) + 4,
                    mark is double number ? Number(number) : Dimension.Text(mark), i < axes.Length ? "start" : "end");
        }
        _html.Append("</svg>\n");
    }

    private static double Place(object value, object[] all)
    {
        string[] texts = [.. all.Select(Dimension.Text).Distinct().Order(StringComparer.Ordinal)];
        if (value is string)
            return Height - Margin - (Height - 2.0 * Margin) * (Array.IndexOf(texts, value) + 0.5) / texts.Length;
        double[] numbers = [.. all.Where(one => one is not string).Select(one => Convert.ToDouble(one, CultureInfo.InvariantCulture))];
        return Scale(numbers)(Convert.ToDouble(value, CultureInfo.InvariantCulture));
    }

    private static Func<double, double> Scale(double[] values)
    {
        var (low, high) = (values.Min(), values.Max());
        return value => Height - Margin - (Height - 2.0 * Margin) * (high > low ? (value - low) / (high - low) : 0.5);
    }

    private void Begin(string title) => _html.Append(CultureInfo.InvariantCulture,
        $"<h2>{Escaped(title)}</h2>\n<svg viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" height=\"{Height}\">\n");

    private void End(IEnumerable<double> values, string across, int first, int last)
    {
        double[] all = [.. values];
        Label(2, 16, study.Metric);
        Label(2, Margin + 4, Number(all.Max()));
        Label(2, Height - Margin + 4, Number(all.Min()));
        Label(Margin, Height - 12, Dimension.Text(first), "middle");
        Label(Width / 2.0, Height - 12, across, "middle");
        Label(Width - Margin, Height - 12, Dimension.Text(last), "middle");
        _html.Append("</svg>\n");
    }

    private void Label(double x, double y, string text, string anchor = "start") => _html.Append(CultureInfo.InvariantCulture,
        $"<text x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\" font-size=\"11\">{Escaped(text)}</text>\n");

    private void Line(IEnumerable<(double X, double Y)> points, string color, int width) => _html.Append(CultureInfo.InvariantCulture,
        $"<polyline fill=\"none\" stroke=\"{color}\" stroke-width=\"{width}\" points=\"").AppendJoin(' ', points.Select(point =>
            string.Create(CultureInfo.InvariantCulture, $"{point.X:0.#},{point.Y:0.#}"))).Append("\"/>\n");

    private void Table(TrialResult? best)
    {
        string[] names = [.. _trials.SelectMany(trial => trial.Parameters.Keys).Distinct()];
        _html.Append("<h2>All trials</h2><table><tr><th>").AppendJoin("</th><th>", ((string[])["trial", "state", study.Metric, "seconds",
            "epochs", .. names, "reason"]).Select(Escaped)).Append("</th></tr>\n");
        foreach (var trial in _trials)
            _html.Append($"<tr class=\"{trial.State}{(trial == best ? " best" : "")}\"><td>").AppendJoin("</td><td>",
                ((string[])[Dimension.Text(trial.TrialId), trial.State.ToString(), Number(trial.Metric),
                    (trial.DurationInMilliseconds / 1000).ToString("0.0", CultureInfo.InvariantCulture), Dimension.Text(trial.Epochs),
                    .. names.Select(name => trial.Parameters.TryGetValue(name, out var value)
                        ? value is double number ? Number(number) : Dimension.Text(value) : ""), trial.Reason ?? ""]).Select(Escaped))
                .Append("</td></tr>\n");
        _html.Append("</table>\n");
    }

    private static string Number(double? value) => value?.ToString("g4", CultureInfo.InvariantCulture) ?? "–";

    private static string Escaped(string text) => WebUtility.HtmlEncode(text);
}
