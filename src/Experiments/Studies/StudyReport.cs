using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Experiments;

/// <summary>
/// A study as one HTML file that needs nothing else: what was best when, curves of epochs, parallel coordinates, all trials.
/// </summary>
internal sealed class StudyReport(Study study)
{
    private const int Width = 900, Height = 260, Margin = 40, MostNamed = 7;

    private readonly IReadOnlyList<TrialResult> _trials = study.Trials;
    private readonly HtmlPage _page = new(Title(study.Name));
    private readonly StringBuilder _html = new();

    internal static void Write(Study study, string path) => new StudyReport(study).Page().Write(path);

    private HtmlPage Page()
    {
        var best = study.BestOf(_trials);
        _page.Sentence((Title(study.Name) == study.Name ? "" : $"Study '{study.Name}'; ")
            + string.Create(CultureInfo.InvariantCulture, $"{study.Metric}, {(study.IsMaximize ? "more" : "less")} is better; ")
            + $"seed {Dimension.Text(study.Seed)}; {Counts()}; best {Number(best?.Metric)}"
            + (best is null ? "" : $" in trial {Dimension.Text(best.TrialId)}")
            + string.Create(CultureInfo.InvariantCulture, $". Written {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC on {Environment.OSVersion}, ")
            + FormattableString.Invariant($".NET {Environment.Version}, {Environment.ProcessorCount} cores."));
        var completed = _trials.Where(trial => trial.State == TrialState.Completed).ToArray();
        if (completed.Length > 0)
        {
            Progress(completed);
            Coordinates(completed);
        }
        Curves();
        Table(best);
        return _page;
    }

    private string Counts() => _trials.Count == 0 ? "no trials" : string.Join(", ", _trials.GroupBy(trial => trial.State).Select(same =>
        $"{Dimension.Text(same.Count())} {same.Key.ToString().ToLowerInvariant()}"));

    private void Progress(TrialResult[] completed)
    {
        var best = completed[0].Metric!.Value;
        var chart = new SvgChart("Trials, and the best so far", "trial", study.Metric) { Width = Width, Height = Height,
            CountsAcross = true }
            .Points("completed trials", completed.Select(trial => ((double)trial.TrialId, trial.Metric!.Value)), SvgChart.Colors[0],
                [.. completed.Select(trial => trial.ToString())])
            .Line("best so far", completed.Select(trial =>
            {
                best = study.IsMaximize ? Math.Max(best, trial.Metric!.Value) : Math.Min(best, trial.Metric!.Value);
                return ((double)trial.TrialId, best);
            }), SvgChart.Colors[1]);
        _page.Add(chart.ToString());
    }

    private void Curves()
    {
        var reports = study.AllReports();
        if (reports.Count == 0 || reports.Values.Max(curve => curve.Count) < 2)
            return;
        var chart = new SvgChart("What epochs reported", "epoch", study.Metric) { Width = Width, Height = Height, CountsAcross = true };
        var best = study.BestOf(_trials)?.TrialId;
        var named = new HashSet<string>();
        // But that of the best, and the second blue.
        string[] others = [.. SvgChart.Colors.Where((_, i) => i is not (1 or 5))];
        // The best is drawn last, above the others.
        foreach (var (i, (number, curve)) in reports.OrderBy(one => one.Key == best).ThenBy(one => one.Key).Indexed())
        {
            var isCompleted = _trials[number].State == TrialState.Completed;
            var state = _trials[number].State.ToString().ToLowerInvariant();
            // A few are told apart; of many, the best from the others.
            var (name, color) = reports.Count <= MostNamed
                ? ($"trial {Dimension.Text(number)}{(number == best ? ", best" : isCompleted ? "" : $", {state}")}",
                    number == best ? SvgChart.Colors[1] : others[i])
                : number == best ? ($"trial {Dimension.Text(number)}, best", SvgChart.Colors[1])
                : isCompleted ? ("completed", SvgChart.Colors[5]) : ("pruned or failed", "#bbb");
            chart.Line(named.Add(name) ? name : "", curve.OrderBy(one => one.Key).Select(one => ((double)one.Key, one.Value)), color,
                isDashed: reports.Count <= MostNamed && !isCompleted);
        }
        _page.Add(chart.ToString());
    }

    // A digest at the end of a name tells data from other data, which no reader does.
    private static string Title(string name) => Regex.Replace(name, "(?<=. )[0-9A-F]{8}(?=$| )", "").Replace("  ", " ").Trim();

    // A vertical axis a dimension and one of the metric; a line a trial, the better the redder.
    private void Coordinates(TrialResult[] completed)
    {
        string[] names = [.. completed.SelectMany(trial => trial.Parameters.Keys).Distinct()];
        var axes = names.Select(name => (Name: name, Values: completed.Where(trial => trial.Parameters.ContainsKey(name))
            .Select(trial => trial.Parameters[name]).ToArray())).ToArray();
        double X(int axis) => Margin + (Width - 2.0 * Margin) * axis / axes.Length;
        var metric = Scale([.. completed.Select(trial => trial.Metric!.Value)]);
        _html.Append(CultureInfo.InvariantCulture,
            $"<h2>Parallel coordinates</h2>\n<svg viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" height=\"{Height}\">\n");
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
            // Whole at both sides.
            Label(i == 0 ? 4 : i == axes.Length ? Width - 4 : X(i), Margin - 8 - 12 * (i % 2), name,
                i == 0 ? "start" : i == axes.Length ? "end" : "middle");
            // Each choice, or both ends of a range.
            object[] marks = values[0] is string ? [.. values.Distinct()] : [values.Min()!, values.Max()!];
            foreach (var mark in marks.Distinct())
                Label(X(i) + (i < axes.Length ? 4 : -4), Place(mark, values) + 4,
                    mark is double number ? Number(number) : Dimension.Text(mark), i < axes.Length ? "start" : "end");
        }
        _page.Add(_html.Append("</svg>\n").ToString());
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

    private void Label(double x, double y, string text, string anchor = "start") =>
        _html.Append(SvgChart.Text(x, y, HtmlPage.Shortened(text, 24), anchor, " font-size=\"11\"", text));

    private void Line(IEnumerable<(double X, double Y)> points, string color, int width) => _html.Append(CultureInfo.InvariantCulture,
        $"<polyline fill=\"none\" stroke=\"{color}\" stroke-width=\"{width}\" points=\"").AppendJoin(' ', points.Select(point =>
            string.Create(CultureInfo.InvariantCulture, $"{point.X:0.#},{point.Y:0.#}"))).Append("\"/>\n");

    private void Table(TrialResult? best)
    {
        string[] names = [.. _trials.SelectMany(trial => trial.Parameters.Keys).Distinct()];
        _page.Heading("All trials").Table(["#trial", "state", $"#{study.Metric}", "#seconds", "#epochs", .. names, "reason"],
            _trials.Select(trial => (IReadOnlyList<string>)[Dimension.Text(trial.TrialId), trial.State.ToString(), Number(trial.Metric),
                (trial.DurationInMilliseconds / 1000).ToString("0.0", CultureInfo.InvariantCulture), Dimension.Text(trial.Epochs),
                .. names.Select(name => trial.Parameters.TryGetValue(name, out var value)
                    ? value is double number ? Number(number) : Dimension.Text(value) : ""), trial.Reason ?? ""]),
            row => $"{_trials[row].State}{(_trials[row] == best ? " best" : "")}");
    }

    private static string Number(double? value) => value?.ToString("g4", CultureInfo.InvariantCulture) ?? "–";
}
