using System.Globalization;
using System.Text;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>
/// Lays a confusion matrix out as text. Class names that do not fit a column head are replaced there by their index,
/// which the row heads then show before the name.
/// </summary>
internal static class ConfusionTable
{
    private const string Predicted = "PREDICTED";

    public static string Format(ConfusionMatrix matrix, string[] names, bool isBinary)
    {
        int classes = names.Length;
        int width = classes == 2 ? 8 : 5;
        int longest = names.Max(name => name.Length);
        bool numbered = longest > width;
        int digits = numbered ? Number(classes - 1).Length : 0;
        int head = Math.Max(Predicted.Length, longest + (numbered ? digits + 2 : 0));
        string rule = string.Concat(Enumerable.Repeat(classes > 2 ? "========" : "===========", classes));

        string RowHead(int i) => numbered
            ? $"{Number(i).PadLeft(digits)}. {names[i].PadLeft(head - digits - 2)} ||"
            : $"{names[i].PadLeft(head)} ||";
        string Title(string title) => title.PadRight(head + 1) + "||";
        string Cells(Func<int, string> cell) => string.Concat(Enumerable.Range(0, classes).Select(cell));

        var text = new StringBuilder();
        if (isBinary && classes == 2)
            text.Append(PositiveRatio(matrix, names[0]));
        text.AppendLine();
        text.AppendLine("Confusion table");
        text.Append(Title("")).AppendLine(rule);
        text.Append(Title(Predicted))
            .Append(Cells(i => $" {(numbered ? Number(i) : names[i]).PadLeft(width)} |")).AppendLine(" Recall");
        text.Append(Title("TRUTH")).AppendLine(rule);
        for (int i = 0; i < classes; i++)
        {
            text.Append(RowHead(i))
                .Append(Cells(j => $" {Number(matrix.Counts[i][j], "N0").PadLeft(width)} |"))
                .Append(' ').AppendLine(Number(matrix.PerClassRecall[i], "F4").PadLeft(5));
        }
        text.Append(Title("")).AppendLine(rule);
        text.Append(Title("Precision"))
            .AppendLine(Cells(i => $"{Number(matrix.PerClassPrecision[i], "N4").PadLeft(width + 1)} |"));
        return text.ToString();
    }

    private static string PositiveRatio(ConfusionMatrix matrix, string positive)
    {
        double positives = matrix.Counts[0].Sum(), negatives = matrix.Counts[1].Sum();
        return $"TEST {positive.ToUpper()} RATIO:\t{Number(positives / (positives + negatives), "N4")} "
            + $"({Number(positives, "F1")}/({Number(positives, "F1")}+{Number(negatives, "F1")}))";
    }

    private static string Number(double value, string format = "0") => value.ToString(format, CultureInfo.CurrentCulture);
}
