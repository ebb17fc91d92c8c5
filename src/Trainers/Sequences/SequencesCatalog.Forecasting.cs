using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

// Forecasts of series, and their tests on the past.
public sealed partial class SequencesCatalog
{
    /// <summary>Forecasts one or many series.</summary>
    /// <param name="horizon">Steps to forecast.</param>
    /// <param name="targetColumnName">The column to forecast, Single.</param>
    /// <param name="seriesColumnName">The column that says which series a row belongs to; null for one series.</param>
    /// <param name="timeColumnName">The column of times; null where rows are in order.</param>
    /// <param name="network">The network; null for DLinear.</param>
    /// <param name="epochs">Passes over the training windows.</param>
    public ForecastingTrainer Forecasting(int horizon, string targetColumnName = "Value", string? seriesColumnName = null,
        string? timeColumnName = null, SequenceNetwork? network = null, int epochs = 20)
    {
        var options = new ForecastingTrainer.Options
        {
            Horizon = horizon, Epochs = epochs, Columns = new()
            {
                TargetColumnNames = [targetColumnName], SeriesColumnName = seriesColumnName, TimeColumnName = timeColumnName,
            },
        };
        options.Network = network ?? options.Network;
        return Forecasting(options);
    }

    /// <summary>Forecasts one or many series, with covariates and quantiles.</summary>
    public ForecastingTrainer Forecasting(ForecastingTrainer.Options options) => new(_ml, options);

    /// <summary>Forecasts from origins in the past, and compares them with what came and with naive forecasts.</summary>
    /// <param name="model">A trained forecaster, best of rows before those that are compared.</param>
    /// <param name="data">The whole series.</param>
    /// <param name="options">Which origins; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or a column is missing.</exception>
    /// <exception cref="InvalidDataException">The data can't be forecast; the message names column, series and time.</exception>
    public BacktestResult Backtest(ForecastScoringTransformer model, IDataView data, BacktestOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        return Backtesting.Run(model, data, options ?? new(), Log);
    }

    /// <summary>Trains before the first origin, or before each, and tests as with a trained forecaster.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="data">The whole series.</param>
    /// <param name="options">Which origins; null for the defaults.</param>
    /// <inheritdoc cref="Backtest(ForecastScoringTransformer, IDataView, BacktestOptions?)" path="/*[not(self::param)]"/>
    public BacktestResult Backtest(ForecastingTrainer trainer, IDataView data, BacktestOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(data);
        return Backtesting.Run(trainer, data, options ?? new(), Log);
    }

    private void Log(string line)
    {
        using var channel = ((IHostEnvironment)_ml).Register(nameof(Backtest)).Start("Backtest");
        channel.Info(MessageSensitivity.None, "{0}", line);
    }
}
