using Examples;
using MathNet.Numerics.LinearAlgebra;
using MLSeqGraph.Transforms;
using ScottPlot;

namespace WordVectors;

/// <summary>Words at the two principal components of their vectors (Pearson 1901), with lines between those of analogies.</summary>
internal static class VectorPicture
{
    internal static void Write(string path, string title, MLSeqGraph.Transforms.WordVectors vectors, string[] words,
        IReadOnlyList<WordAnalogy> questions)
    {
        var matrix = Matrix<double>.Build.Dense(words.Length, vectors.Size, (row, column) => vectors[vectors.PlaceOf(words[row])][column]);
        for (var row = 0; row < words.Length; row++)
            if (matrix.Row(row).L2Norm() is > 0 and var norm)
                matrix.SetRow(row, matrix.Row(row) / norm);
        var mean = matrix.ColumnSums() / words.Length;
        var centered = Matrix<double>.Build.Dense(words.Length, vectors.Size, (row, column) => matrix[row, column] - mean[column]);
        var svd = centered.Svd();
        var shares = svd.S.PointwisePower(2) / Math.Max(1e-12, svd.S.PointwisePower(2).Sum());
        double X(int row) => svd.U[row, 0] * svd.S[0];
        double Y(int row) => svd.U[row, 1] * svd.S[1];

        var plot = PictureFile.New(title);
        plot.HideGrid();
        plot.XLabel($"first principal component ({shares[0]:P0} of the variance)", PictureFile.FontSize);
        plot.YLabel($"second ({shares[1]:P0})", PictureFile.FontSize);
        foreach (var (from, to) in questions.Select(question => (question.From, question.To)).Distinct())
            if (Array.IndexOf(words, from) is >= 0 and var first && Array.IndexOf(words, to) is >= 0 and var second)
            {
                var line = plot.Add.Line(X(first), Y(first), X(second), Y(second));
                (line.Color, line.LineWidth) = (Colors.LightGray, 1);
            }
        // A word stands on the side of its point where most room is left.
        List<(double Left, double Top, double Right, double Bottom)> taken = [];
        double width = 760 / Math.Max(1e-9, Spread(X)), height = 600 / Math.Max(1e-9, Spread(Y));
        for (var row = 0; row < words.Length; row++)
            taken.Add((X(row) * width - 3, Y(row) * height - 3, X(row) * width + 3, Y(row) * height + 3));
        for (var row = 0; row < words.Length; row++)
        {
            plot.Add.Marker(X(row), Y(row), MarkerShape.FilledCircle, 5, Colors.SteelBlue);
            var text = plot.Add.Text(words[row], X(row), Y(row));
            var (size, high) = (PictureFile.Width(words[row], PictureFile.FontSize - 1), PictureFile.FontSize + 1.0);
            var best = Sides.MinBy(side => taken.Sum(of => Overlap(of, Box(side))));
            taken.Add(Box(best));
            (text.LabelAlignment, text.LabelFontSize, text.OffsetX, text.OffsetY) =
                (best.Alignment, PictureFile.FontSize - 1, 5 * best.X, -5 * best.Y);

            (double, double, double, double) Box((Alignment Alignment, int X, int Y) side)
            {
                double left = X(row) * width + (side.X > 0 ? 5 : side.X < 0 ? -5 - size : -size / 2),
                    low = Y(row) * height + (side.Y > 0 ? 5 : side.Y < 0 ? -5 - high : -high / 2);
                return (left, low, left + size, low + high);
            }
        }

        double Spread(Func<int, double> of) => words.Length == 0 ? 0 : Enumerable.Range(0, words.Length).Max(of)
            - Enumerable.Range(0, words.Length).Min(of);
        plot.Axes.Margins(0.12, 0.06);
        plot.WriteTo(path, 900, 700);
    }

    private static readonly (Alignment Alignment, int X, int Y)[] Sides =
    [
        (Alignment.MiddleLeft, 1, 0), (Alignment.MiddleRight, -1, 0), (Alignment.LowerCenter, 0, 1), (Alignment.UpperCenter, 0, -1),
        (Alignment.LowerLeft, 1, 1), (Alignment.UpperLeft, 1, -1), (Alignment.LowerRight, -1, 1), (Alignment.UpperRight, -1, -1),
    ];

    private static double Overlap((double Left, double Top, double Right, double Bottom) a,
        (double Left, double Top, double Right, double Bottom) b) =>
        Math.Max(0, Math.Min(a.Right, b.Right) - Math.Max(a.Left, b.Left))
            * Math.Max(0, Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Top, b.Top));
}
