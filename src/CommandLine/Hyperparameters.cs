using System.Globalization;
using MLSeqGraph.Experiments;

namespace MLSeqGraph.CommandLine;

/// <summary>Hyperparameters of the command line: <c>--set NAME=VALUE</c>.</summary>
internal static class Hyperparameters
{
    /// <summary>The defaults of a portfolio's first model, with what is set.</summary>
    /// <exception cref="UsageException">There is no such hyperparameter, or it can't have the value.</exception>
    internal static IReadOnlyDictionary<string, object> Of(Portfolio portfolio, string[] settings)
    {
        var values = new Dictionary<string, object>(portfolio.Defaults.First());
        var model = (string)values["model"];
        Dimension[] known = [.. portfolio.Space.Dimensions.Where(dimension => dimension.ParentChoices.Contains(model))];
        foreach (var setting in settings)
        {
            var parts = setting.Split('=', 2);
            var dimension = known.FirstOrDefault(one => one.Name == parts[0] || one.Name == $"{model}.{parts[0]}");
            string[] names = [.. known.Select(one => one.Name[(model.Length + 1)..])];
            if (parts.Length != 2 || dimension is null)
                throw new UsageException($"--set {setting}: {model} has no hyperparameter '{parts[0]}'."
                    + (names.Length == 0 ? " It has none." : $"{Examples.Suggestion.For(parts[0], names)} It has "
                        + $"{string.Join(", ", names)}; expected NAME=VALUE."));
            if (!double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                || !(number >= dimension.Min && number <= dimension.Max) || (dimension.IsInteger && number != Math.Round(number)))
                throw new UsageException(FormattableString.Invariant($"--set {setting}: expected a ")
                    + FormattableString.Invariant($"{(dimension.IsInteger ? "whole number" : "number")} from {dimension.Min} to ")
                    + FormattableString.Invariant($"{dimension.Max} for {dimension.Name}."));
            values[dimension.Name] = dimension.IsInteger ? (int)number : number;
        }
        return values;
    }
}
