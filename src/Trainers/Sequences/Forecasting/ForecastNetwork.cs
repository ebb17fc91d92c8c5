using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>A network that forecasts all steps of the horizon from a window at once.</summary>
/// <remarks>
/// <para>Any <see cref="SequenceNetwork"/> forecasts too: it reads the window step by step, and its summary is decoded
/// (<see cref="ForecastInput.Decode"/>). These are networks for windows of a fixed number of steps.</para>
/// <list type="table">
/// <listheader><term>Preset</term><description>What it is; paper</description></listheader>
/// <item><term><see cref="NLinear"/></term><description>A linear map of the differences from the last value, shared by all targets. Zeng
/// et al. 2023.</description></item>
/// <item><term><see cref="DLinear"/></term><description>Linear maps of trend and remainder, shared by all targets. Zeng et al.
/// 2023.</description></item>
/// <item><term><see cref="Perceptron"/></term><description>A perceptron of the whole window with all its features.</description></item>
/// <item><term><see cref="NBeats"/></term><description>Blocks that each explain a part of the window and of the forecast; each target by
/// itself. Oreshkin et al. 2020.</description></item>
/// <item><term><see cref="PatchTransformer"/></term><description>A Transformer over patches of the window; each target by itself. Nie et
/// al. 2023.</description></item>
/// <item><term><see cref="Convolutional"/></term><description>Dilated causal convolutions with residuals. Bai et al.
/// 2018.</description></item>
/// <item><term><see cref="Smoothing"/></term><description>Exponential smoothing with trained factors, the fewest weights of all: for short
/// series. Gardner and McKenzie 1985.</description></item>
/// <item><term><see cref="Naive"/>, <see cref="SeasonalNaive"/>, <see cref="Drift"/></term><description>Forecasts to compare with, which
/// learn nothing.</description></item>
/// <item><term><see cref="Mean"/></term><description>The mean of some of these, in one model.</description></item>
/// </list>
/// </remarks>
public abstract record ForecastNetwork : SequenceNetwork
{
    /// <summary>Writes the network.</summary>
    /// <param name="input">The window and what is known of the future.</param>
    /// <returns>[batch, targets, horizon · outputs], the outputs of the first step first.</returns>
    public abstract Value Forecast(ForecastInput input);

    /// <summary>The window as it is: <see cref="Forecast"/> reads it.</summary>
    public sealed override EncodedSequence Encode(Sequence x) => new(x);

    /// <summary>A linear map of the differences from the last value (Zeng et al. 2023).</summary>
    /// <param name="dropout">Dropout of the window.</param>
    public static ForecastNetwork NLinear(float dropout = 0) => new LinearNetwork("NLinear", 0, dropout);

    /// <summary>A linear map of a moving average and one of the remainder (Zeng et al. 2023).</summary>
    /// <param name="kernel">Steps of the moving average, odd.</param>
    /// <param name="dropout">Dropout of the window.</param>
    public static ForecastNetwork DLinear(int kernel = 25, float dropout = 0) => new LinearNetwork("DLinear", kernel, dropout);

    /// <summary>A perceptron of the window with all its features, and a linear map of each target beside it.</summary>
    /// <param name="hidden">Size of the hidden layers.</param>
    /// <param name="layers">Number of hidden layers.</param>
    /// <param name="dropout">Dropout of hidden layers.</param>
    public static ForecastNetwork Perceptron(int hidden = 128, int layers = 2, float dropout = 0) =>
        new PerceptronNetwork(hidden, layers, dropout);

    /// <summary>Blocks with two outputs, a part of the window and one of the forecast (Oreshkin et al. 2020).</summary>
    /// <param name="blocks">Number of blocks.</param>
    /// <param name="hidden">Size of the hidden layers.</param>
    /// <param name="layers">Number of hidden layers of a block.</param>
    public static ForecastNetwork NBeats(int blocks = 3, int hidden = 128, int layers = 2) => new NBeatsNetwork(blocks, hidden, layers);

    /// <summary>A Transformer over patches of each target's window (Nie et al. 2023).</summary>
    /// <param name="patch">Steps per patch.</param>
    /// <param name="stride">Steps from the start of one patch to that of the next.</param>
    /// <param name="options">The Transformer; null for two layers of 64 with 4 heads and learned positions.</param>
    public static ForecastNetwork PatchTransformer(int patch = 16, int stride = 8, TransformerOptions? options = null) =>
        new PatchNetwork(patch, stride, options ?? new()
        {
            Hidden = 64, Layers = 2, Heads = 4, FeedForwardSize = 128, Positions = PositionEncoding.Learned, Dropout = 0.1f,
            Activation = FeedForwardActivation.Gelu,
        });

    /// <summary>Dilated causal convolutions with residuals, whose receptive field doubles with each layer (Bai et al. 2018).</summary>
    /// <param name="channels">Channels of each layer.</param>
    /// <param name="kernel">Steps of each convolution.</param>
    /// <param name="layers">Number of layers; null for as many as cover the window.</param>
    /// <param name="dropout">Dropout of each layer.</param>
    public static ForecastNetwork Convolutional(int channels = 32, int kernel = 3, int? layers = null, float dropout = 0) =>
        new ConvolutionalNetwork(channels, kernel, layers, dropout);

    /// <summary>
    /// Exponential smoothing with a damped trend and additive seasons, whose factors are trained (Gardner and McKenzie 1985). Give the
    /// window some seasons: it starts from the first two.
    /// </summary>
    /// <param name="season">Steps of a season, of which the window has two or more; 1 for none.</param>
    /// <param name="hasTrend">Whether there is a trend, which is damped.</param>
    public static ForecastNetwork Smoothing(int season = 1, bool hasTrend = true) =>
        season >= 1 ? new SmoothingNetwork(season, hasTrend) : throw new ArgumentOutOfRangeException(nameof(season), season, "at least 1");

    /// <summary>The last value, whatever the step.</summary>
    public static ForecastNetwork Naive() => new NaiveNetwork(NaiveKind.Last);

    /// <summary>The value a season earlier.</summary>
    /// <param name="season">Steps of a season, of which the window has one or more.</param>
    public static ForecastNetwork SeasonalNaive(int season) => season >= 1 ? new NaiveNetwork(NaiveKind.Season, season)
        : throw new ArgumentOutOfRangeException(nameof(season), season, "at least 1");

    /// <summary>The last value, and the mean change from step to step in the window.</summary>
    public static ForecastNetwork Drift() => new NaiveNetwork(NaiveKind.Drift);

    /// <summary>The mean of what some networks forecast, each of which is trained for itself, in one model.</summary>
    /// <param name="networks">Two or more.</param>
    public static ForecastNetwork Mean(params ForecastNetwork[] networks)
    {
        ArgumentNullException.ThrowIfNull(networks);
        return networks.Length > 1 && !networks.Contains(null!) ? new MeanNetwork([.. networks])
            : throw new ArgumentException($"There are {networks.Length} networks, or one is null; expected two or more.", nameof(networks));
    }

    /// <summary>Whether it forecasts values of the series themselves, rather than whatever the loss makes of them.</summary>
    internal virtual bool ForecastsValues => false;

    /// <summary>Steps of the window that it needs.</summary>
    internal virtual int LeastWindow => 1;

    /// <summary>A network of your own.</summary>
    /// <param name="name">Its name in logs and results.</param>
    /// <param name="forecast">Writes the network: gives [batch, targets, horizon · outputs].</param>
    public static ForecastNetwork Of(string name, Func<ForecastInput, Value> forecast)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(forecast);
        return new OwnNetwork(name, forecast);
    }

    private sealed record OwnNetwork(string Called, Func<ForecastInput, Value> Write) : ForecastNetwork
    {
        public override string Name => Called;

        public override Value Forecast(ForecastInput input) => Write(input);
    }
}
