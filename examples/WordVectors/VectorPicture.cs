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
        for (var row = 0; row < words.Length; row++)
        {
            plot.Add.Marker(X(row), Y(row), MarkerShape.FilledCircle, 5, Colors.SteelBlue);
            var text = plot.Add.Text(words[row], X(row), Y(row));
            (text.LabelAlignment, text.LabelFontSize, text.OffsetX) = (Alignment.MiddleLeft, PictureFile.FontSize - 1, 5);
        }
        plot.Axes.Margins(0.12, 0.06);
        plot.WriteTo(path, 900, 700);
    }
}
