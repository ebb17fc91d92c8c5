using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>
/// The columns that a model adds: <c>PredictedLabel</c>, <c>Score</c>, <c>Probability</c>, as ML.NET's own trainers name them, and
/// <c>Vector</c>, <c>Attention</c> and <c>PoolingAttention</c> where they were asked for. The same table serves sequences, nodes and
/// graphs.
/// </summary>
internal sealed class ScoreColumns
{
    /// <summary>Indices of the columns where a task has them all; regression has <c>Score</c> alone, which keeps its index.</summary>
    public const int PredictedLabel = 0, Score = 1, Probability = 2, Vector = 3, Attention = 4, PoolingAttention = 5, Count = 6;

    private const string SlotNames = "SlotNames";

    private static readonly string[] SpanSlots = ["First", "Last"];

    private readonly ModelTask _task;
    private readonly bool _isScalar;
    private readonly int _width, _vectorSize;

    /// <param name="task">What the model predicts.</param>
    /// <param name="labels">Its classes, or the names of a regression's outputs; null for none.</param>
    /// <param name="width">Values of <c>Score</c>, of a tagger for each step.</param>
    /// <param name="vectorWidth">Values of <c>Vector</c>; null where there is none.</param>
    /// <param name="isVectorPerStep">Whether there is such a vector for each step.</param>
    /// <param name="attentions">Which columns of attention there are, by the names in <see cref="ModelFormat"/>.</param>
    public ScoreColumns(ModelTask task, ModelLabels? labels, int width, int? vectorWidth = null,
        bool isVectorPerStep = false, params IReadOnlyList<string> attentions)
    {
        (_task, _width, _vectorSize) = (task, width, isVectorPerStep ? 0 : vectorWidth ?? 0);
        _isScalar = IsNumber(task, width);
        var kinds = new List<int>();
        var added = new DataViewSchema.Builder();
        void Add(int kind, string name, DataViewType type, DataViewSchema.Annotations? annotations = null)
        {
            kinds.Add(kind);
            added.AddColumn(name, type, annotations);
        }

        if (HasLabel(task))
            Add(PredictedLabel, ModelFormat.PredictedLabel, LabelType(labels), KeyValues(labels));
        Add(Score, ModelFormat.Score, ScoreType(width), ScoreSlots(labels, width));
        if (task.HasProbability())
            Add(Probability, ModelFormat.Probability, NumberDataViewType.Single);
        if (vectorWidth is { } size)
            Add(Vector, ModelFormat.Vector, isVectorPerStep ? new VectorDataViewType(NumberDataViewType.Single, 0, size)
                : new VectorDataViewType(NumberDataViewType.Single, size));
        foreach (var name in attentions)
            Add(name == ModelFormat.Attention ? Attention : PoolingAttention, name, AttentionType);
        Added = added.ToSchema();
        Kinds = [.. kinds];
    }

    /// <summary>Only the added columns.</summary>
    public DataViewSchema Added { get; }

    /// <summary>Which of the indices above each added column is.</summary>
    public IReadOnlyList<int> Kinds { get; }

    /// <summary>As many weights as a row has steps, edges or nodes.</summary>
    public static DataViewType AttentionType => new VectorDataViewType(NumberDataViewType.Single);

    /// <summary>The first and the last step of a span.</summary>
    public static DataViewType SpanType => new VectorDataViewType(NumberDataViewType.Int64, ModelTask.Span.LabelWidth());

    /// <summary>Whether Score is a single number.</summary>
    public static bool IsNumber(ModelTask task, int width) =>
        task == ModelTask.Binary || (task == ModelTask.Regression && width == 1);

    public static bool HasLabel(ModelTask task) => task is not (ModelTask.Regression or ModelTask.StepRegression);

    /// <summary>The names of the slots of <c>Score</c>, null where it is not a vector of fixed size or its slots have no names.</summary>
    public static IReadOnlyList<string>? SlotsOf(ModelTask task, ModelLabels? labels, int width) =>
        task == ModelTask.Span ? SpanSlots
        : task is ModelTask.Classification or ModelTask.Regression && labels?.Values is { } values && values.Count == width
            ? values : null;

    /// <summary>A schema with the columns added after its own.</summary>
    public DataViewSchema AddTo(DataViewSchema input) => RowMapping.AddTo(input, Added);

    /// <summary>The getter of a column, a delegate of the column's type.</summary>
    /// <param name="added">Which of the added columns.</param>
    /// <param name="current">Gives the model's prediction for the current row.</param>
    public Delegate Getter(int added, Func<IRowPrediction> current)
    {
        return Kinds[added] switch
        {
            PredictedLabel => _task switch
            {
                ModelTask.Binary => Scalar(current, static from => !from.IsMissing && from.Flag),
                ModelTask.Classification => Scalar(current, static from => from.IsMissing ? 0 : (uint)(from.Class + 1)),
                ModelTask.Span => (ValueGetter<VBuffer<long>>)((ref VBuffer<long> value) =>
                {
                    var window = current();
                    var editor = VBufferEditor.Create(ref value, ModelTask.Span.LabelWidth());
                    if (window.IsMissing)
                        editor.Values.Fill(SingleRowModel.NoClass);
                    else
                        window.StepClasses.CopyTo(editor.Values);
                    value = editor.Commit();
                }),
                _ => (ValueGetter<VBuffer<uint>>)((ref VBuffer<uint> value) =>
                {
                    var window = current();
                    var classes = window.IsMissing ? default : window.StepClasses;
                    var editor = VBufferEditor.Create(ref value, classes.Length);
                    for (int i = 0; i < classes.Length; i++)
                        editor.Values[i] = (uint)(classes[i] + 1);
                    value = editor.Commit();
                }),
            },
            Score when _isScalar => Scalar(current, static from => from.IsMissing ? float.NaN : from.Score[0]),
            Score => Numbers(current, _task.IsPerStep() ? 0 : _width, static from => from.Score),
            Vector => Numbers(current, _vectorSize, static from => from.Vector),
            Attention => Numbers(current, 0, static from => from.Attention),
            PoolingAttention => Numbers(current, 0, static from => from.PoolingAttention),
            _ => Scalar(current, static from => from.IsMissing ? float.NaN : from.Probability),
        };
    }

    private delegate ReadOnlySpan<float> RowNumbers(IRowPrediction window);

    // A row that can't be read gets NaN, for a vector as many as it would have.
    private static ValueGetter<VBuffer<float>> Numbers(Func<IRowPrediction> current, int missing, RowNumbers read) =>
        (ref VBuffer<float> value) =>
    {
        var window = current();
        var numbers = window.IsMissing ? default : read(window);
        var editor = VBufferEditor.Create(ref value, window.IsMissing ? missing : numbers.Length);
        if (window.IsMissing)
            editor.Values.Fill(float.NaN);
        else
            numbers.CopyTo(editor.Values);
        value = editor.Commit();
    };

    private static ValueGetter<T> Scalar<T>(Func<IRowPrediction> current, Func<IRowPrediction, T> read) =>
        (ref T value) => value = read(current());

    private DataViewType LabelType(ModelLabels? labels)
    {
        if (_task == ModelTask.Binary)
            return BooleanDataViewType.Instance;
        if (_task == ModelTask.Span)
            return SpanType;
        var key = new KeyDataViewType(typeof(uint), labels!.Count);
        return _task.IsPerStep() ? new VectorDataViewType(key) : key;
    }

    private DataViewType ScoreType(int width) =>
        _isScalar ? NumberDataViewType.Single
        : _task.IsPerStep() ? new VectorDataViewType(NumberDataViewType.Single, 0, width)
        : new VectorDataViewType(NumberDataViewType.Single, width);

    private static DataViewSchema.Annotations? KeyValues(ModelLabels? labels)
    {
        if (labels is not { Type: { } type, Values: { } values })
            return null;
        var annotations = new DataViewSchema.Annotations.Builder();
        Transforms.LabelType.Find(type)!.AddKeyValues(annotations, values);
        return annotations.ToAnnotations();
    }

    private DataViewSchema.Annotations? ScoreSlots(ModelLabels? labels, int width)
    {
        if (_isScalar || SlotsOf(_task, labels, width) is not { } slots)
            return null;
        ReadOnlyMemory<char>[] names = [.. slots.Select(slot => slot.AsMemory())];
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(SlotNames, new VectorDataViewType(TextDataViewType.Instance, names.Length),
            (ref VBuffer<ReadOnlyMemory<char>> value) => new VBuffer<ReadOnlyMemory<char>>(names.Length, names).CopyTo(ref value));
        return annotations.ToAnnotations();
    }
}
