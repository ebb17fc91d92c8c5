using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>
    /// A linear map of a window's trend plus one of what is left of it: y = t Wₜᵀ + (x - t) Wₛᵀ, where the trend t is a moving
    /// average whose window repeats the first and last values (Zeng et al. 2023).
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="x">Windows [.., window], of each series by itself.</param>
    /// <param name="horizon">Steps to forecast.</param>
    /// <param name="kernel">Steps of the moving average; odd, so that it is centered.</param>
    /// <param name="bias">Whether each step has an offset.</param>
    /// <param name="name">Scope of the parameters: <c>trend_weight</c>, <c>seasonal_weight</c> [horizon, window], <c>bias</c>
    /// [horizon].</param>
    /// <returns>The forecast [.., horizon], and the trend [.., window].</returns>
    /// <exception cref="GraphException">The window's size isn't known, or the kernel isn't odd.</exception>
    public static (Value Forecast, Value Trend) DLinear(this NetworkBuilder network, Value x, int horizon, int kernel = 25,
        bool bias = true, string name = "dlinear")
    {
        var window = Window("DLinear", x);
        if (kernel < 1 || kernel % 2 == 0)
            throw new GraphException($"DLinear: the moving average has {kernel} steps; expected an odd number.");
        using (network.Scope(name))
        {
            // Every step starts as the mean of the window, as in the paper's code.
            var initial = Initializers.Constant(1f / window);
            var trendWeight = network.Parameter("trend_weight", [horizon, window], initial);
            var seasonalWeight = network.Parameter("seasonal_weight", [horizon, window], initial);
            var average = Op.Cast(network.Graph.Constant(MovingAverage(window, kernel)), x.Type);
            // t Wₜᵀ + (x - t) Wₛᵀ with t = x A is one product, x (Wₛᵀ + A (Wₜ - Wₛ)ᵀ).
            var weight = Op.Transpose(seasonalWeight, 1, 0) + Op.MatMul(average, Op.Transpose(trendWeight - seasonalWeight, 1, 0));
            var y = Op.MatMul(x, weight);
            return (bias ? y + network.Parameter("bias", [horizon], Initializers.Zeros, decays: false) : y, Op.MatMul(x, average));
        }
    }

    /// <summary>A linear map of the differences from the last value: y = l + (x - l) Wᵀ + b (Zeng et al. 2023).</summary>
    /// <param name="network">The network.</param>
    /// <param name="x">Windows [.., window], of each series by itself.</param>
    /// <param name="horizon">Steps to forecast.</param>
    /// <param name="bias">Whether each step has an offset.</param>
    /// <param name="name">Scope of the parameters: <c>weight</c> [horizon, window], <c>bias</c> [horizon].</param>
    /// <returns>[.., horizon].</returns>
    /// <exception cref="GraphException">The window's size isn't known.</exception>
    public static Value NLinear(this NetworkBuilder network, Value x, int horizon, bool bias = true, string name = "nlinear")
    {
        var window = Window("NLinear", x);
        using (network.Scope(name))
        {
            var last = Op.Slice(x, x.Shape.Rank - 1, -1);                                            // [.., 1]
            var weight = network.Parameter("weight", [horizon, window], Initializers.Constant(1f / window));
            var y = Op.MatMul(x - last, Op.Transpose(weight, 1, 0)) + last;
            return bias ? y + network.Parameter("bias", [horizon], Initializers.Zeros, decays: false) : y;
        }
    }

    // [window, window]: column j averages the steps around j, the end ones counted for those beyond them.
    private static TensorData MovingAverage(int window, int kernel)
    {
        var average = new float[window * window];
        for (var to = 0; to < window; to++)
            for (var i = -(kernel / 2); i <= kernel / 2; i++)
                average[Math.Clamp(to + i, 0, window - 1) * window + to] += 1f / kernel;
        return TensorData.Create(average, window, window);
    }

    private static int Window(string layer, Value x) => x.Shape.Rank > 0 && x.Shape[-1].IsKnown ? (int)x.Shape[-1].Size
        : throw new GraphException($"{layer}: the last axis of {x}, the steps of the window, must have a known size.");
}
