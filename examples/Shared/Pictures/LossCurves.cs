using MLSeqGraph.Trainers;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Examples;

/// <summary>The losses of a training run, epoch by epoch.</summary>
internal static class LossCurves
{
    /// <summary>Draws the loss of the training rows and, where there are any, of the validation rows.</summary>
    /// <param name="path">The files' path without the ending.</param>
    /// <param name="title">What stands above it.</param>
    /// <param name="unit">What the loss is measured in: <c>nats per token</c>.</param>
    /// <param name="epochs">The run.</param>
    /// <param name="training">What the legend says of the training rows.</param>
    internal static void Write(string path, string title, string unit, IReadOnlyList<EpochRecord> epochs, string training = "training")
    {
        var plot = PictureFile.New(title);
        Draw(training, Colors.Gray, epoch => epoch.Loss);
        Draw("validation", Color.FromHex("#1f4e8c"), epoch => epoch.ValidationLoss);
        plot.XLabel("epoch");
        plot.YLabel($"loss, {unit}");
        plot.Axes.Bottom.TickGenerator = new NumericAutomatic { IntegerTicksOnly = true };
        plot.ShowLegend(Edge.Bottom);
        plot.Axes.AutoScale();
        plot.Axes.SetLimitsX(0.5, epochs.Max(epoch => epoch.Epoch) + 0.5);
        if (epochs.All(epoch => epoch.Loss >= 0))
            plot.Axes.Left.Min = Math.Max(-0.02 * plot.Axes.Left.Max, plot.Axes.Left.Min); // markers at 0 are whole
        plot.WriteTo(path, Math.Max(640, PictureFile.Width(title, PictureFile.TitleSize) + 120), 400);

        void Draw(string name, Color color, Func<EpochRecord, double?> loss)
        {
            var drawn = epochs.Where(epoch => loss(epoch) is not null).ToArray();
            if (drawn.Length == 0)
                return;
            var line = plot.Add.Scatter(
                Array.ConvertAll(drawn, epoch => (double)epoch.Epoch), Array.ConvertAll(drawn, epoch => loss(epoch)!.Value), color);
            (line.LegendText, line.LineWidth, line.MarkerSize) = (name, 2, drawn.Length > 20 ? 0 : 6);
        }
    }
}
