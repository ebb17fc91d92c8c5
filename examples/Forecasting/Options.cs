using Examples;
using Forecasting.Data;

namespace Forecasting;

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options : CommonOptions
{
    internal Options() : base("Forecasts series: trains networks on their past, chooses the one that forecasts held-out steps best, and "
        + "compares all of them with naive forecasts on the last steps. What isn't given is chosen by the data.")
    {
        AddData("a folder of tables, a row a step, in a format of examples/README.md (default: built-in series)");
        Text("--target", "COLUMNS", "columns to forecast, with commas between them (default: all numbers, or of many the first)",
            text => Choices = Choices with { Targets = text.Split(',') });
        Text("--known", "COLUMNS", "columns that are known for the steps to forecast", text =>
            Choices = Choices with { Known = text.Split(',') });
        Whole("--horizon", 1, "steps to forecast", number => Choices = Choices with { Horizon = number });
        Whole("--window", 2, "steps that are read to forecast from", number => Window = number);
        Whole("--season", 1, "steps of a season", number => Choices = Choices with { Season = number });
        Whole("--test", 1, "steps at the end of each series that are forecast and compared", number =>
            Choices = Choices with { TestSteps = number });
        AddNetwork(Candidate.Names, string.Join(", ", Candidate.Names));
        AddTraining();
        AddHidden();
        AddSeeds();
        AddThreads();
        AddResults("the model and pictures");
    }

    public SeriesChoices Choices { get; private set; } = new();

    public int? Window { get; private set; }
}
