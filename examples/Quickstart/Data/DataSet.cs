using Microsoft.ML;
using Microsoft.ML.Data;

namespace Quickstart.Data;

/// <summary>What is predicted.</summary>
internal enum TaskKind
{
    /// <summary>One class per sequence.</summary>
    Classification,
    /// <summary>One class per step.</summary>
    Tagging,
}

/// <summary>A data set as the rest of the program sees it.</summary>
internal sealed record DataSet
{
    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>A few words about what was found.</summary>
    public required string Description { get; init; }

    /// <summary>What was taken for what, of files; null of generated data.</summary>
    public string? Recognized { get; init; }

    public required IDataView Train { get; init; }

    public required IDataView Test { get; init; }

    public required int TrainRows { get; init; }

    public required int TestRows { get; init; }

    /// <summary>Makes the columns <c>Features</c> (the sequence) and <c>Label</c> of those that were read.</summary>
    public required IEstimator<ITransformer> Preparation { get; init; }

    public TaskKind Task { get; init; } = TaskKind.Classification;

    /// <summary>What has a class.</summary>
    public string Unit => Task == TaskKind.Tagging ? "words" : "rows";

    /// <summary>Values of a series that are best read as one step by recurrent networks; null where the columns say.</summary>
    public int? ValuesPerStep { get; init; }

    /// <summary>Whether a step is a token rather than numbers.</summary>
    public bool IsTokens { get; init; }

    /// <summary>
    /// How many of a series' values make one step: a network reads a long series of single values better, and many times faster, a few
    /// at a time. As many as divide it, 8 at most, and leave it 24 steps.
    /// </summary>
    public static int ValuesOfStep(int length) =>
        Enumerable.Range(1, 8).LastOrDefault(count => length % count == 0 && length / count >= 24, 1);

    /// <summary>Describes the member of a row class that holds a plain vector of numbers; 0 where their number varies.</summary>
    public static SchemaDefinition Series<TRow>(string member, int values)
    {
        var definition = SchemaDefinition.Create(typeof(TRow));
        definition[member].ColumnType = new VectorDataViewType(NumberDataViewType.Single, values);
        return definition;
    }

    /// <summary>Describes the member of a row class that holds a sequence of numbers, [steps, features]; 0 steps where they vary.</summary>
    public static SchemaDefinition Series<TRow>(string member, int steps, int features)
    {
        var definition = SchemaDefinition.Create(typeof(TRow));
        definition[member].ColumnType = new VectorDataViewType(NumberDataViewType.Single, steps, features);
        return definition;
    }
}

/// <summary>Training rows to test on instead of the test rows, which are left alone then.</summary>
/// <param name="Fraction">Share of the training rows.</param>
/// <param name="Seed">Decides which.</param>
internal sealed record HoldOut(double Fraction, int Seed);

/// <summary>The rows of a data set before they become data views.</summary>
internal sealed record Rows<T>(IReadOnlyList<T> Train, IReadOnlyList<T> Test)
{
    /// <summary>Puts some training rows, chosen at random, in the place of the test rows.</summary>
    /// <param name="holdOut">Which; null to change nothing.</param>
    public Rows<T> With(HoldOut? holdOut)
    {
        if (holdOut is null)
            return this;
        var shuffled = Train.ToArray();
        new Random(holdOut.Seed).Shuffle(shuffled);
        var held = (int)Math.Ceiling(holdOut.Fraction * shuffled.Length);
        return new(shuffled[held..], shuffled[..held]);
    }
}
