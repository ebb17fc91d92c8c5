namespace MLSeqGraph.Transforms.Tests.MLNet;

/// <summary>The formatter and the comparison on types written for it.</summary>
[TestClass]
public class ApiTextTests
{
    public interface IShape<T> where T : class
    {
        int Area { get; }

        bool TryMeasure<TUnit>(TUnit unit, out double size) where TUnit : Enum;
    }

    public abstract class Base : IDisposable
    {
        protected Base(int count) => Count = count;

        public int Count { get; private set; }

        public virtual void Open(params string[] names) { }

        public abstract char Separator(DayOfWeek day = DayOfWeek.Friday, int? seed = null, string name = "x",
            double limit = double.PositiveInfinity);

        public void Dispose() => GC.SuppressFinalize(this);

        internal void Hidden() { }

        private protected void AlsoHidden() { }
    }

    public class Derived : Base
    {
        public const string Kind = "k";
        public readonly ulong Size;

        public Derived() : base(1) { }

        public event EventHandler<EventArgs>? Changed;

        public string this[int index] => $"{index}{Changed}";

        public sealed override char Separator(DayOfWeek day, int? seed, string name, double limit) => ' ';

        public override void Open(params string[] names) { }

        public static List<KeyValuePair<int, T[]>> Pairs<T>(ref T value) where T : Base, new() => [];

        public struct Inner<T>
        {
            public T Value;
        }
    }

    [TestMethod]
    public void TypesReadAsDeclared()
    {
        Assert.AreEqual("MLSeqGraph.Transforms.Tests.MLNet: interface ApiTextTests.IShape<T> where T : class",
            ApiText.OfType(typeof(IShape<>)));
        Assert.AreEqual("MLSeqGraph.Transforms.Tests.MLNet: abstract class ApiTextTests.Base : IDisposable", ApiText.OfType(typeof(Base)));
        Assert.AreEqual("MLSeqGraph.Transforms.Tests.MLNet: class ApiTextTests.Derived : ApiTextTests.Base, IDisposable",
            ApiText.OfType(typeof(Derived)));
        Assert.AreEqual("MLSeqGraph.Transforms.Tests.MLNet: struct ApiTextTests.Derived.Inner<T>", ApiText.OfType(typeof(Derived.Inner<>)));
        Assert.AreEqual("System: enum DayOfWeek", ApiText.OfType(typeof(DayOfWeek)));
        Assert.AreEqual("System: delegate void Action<T>(T obj)", ApiText.OfType(typeof(Action<>)));
    }

    [TestMethod]
    public void MembersReadAsDeclared()
    {
        CollectionAssert.AreEquivalent(new[]
        {
            "public abstract int Area { get; }",
            "public abstract bool TryMeasure<TUnit>(TUnit unit, out double size) where TUnit : Enum",
        }, ApiText.OfMembers(typeof(IShape<>)).ToArray());
        CollectionAssert.AreEquivalent(new[]
        {
            "protected ctor(int count)",
            "public int Count { get; }",
            "public virtual void Open(params string[] names)",
            "public abstract Char Separator(DayOfWeek day = DayOfWeek.Friday, Nullable<int> seed = default, "
                + "string name = \"x\", double limit = Infinity)",
            "public void Dispose()",
        }, ApiText.OfMembers(typeof(Base)).ToArray());
        CollectionAssert.AreEquivalent(new[]
        {
            "public const string Kind",
            "public readonly UInt64 Size",
            "public ctor()",
            "public event EventHandler<EventArgs> Changed",
            "public string this[int index] { get; }",
            "public Char Separator(DayOfWeek day, Nullable<int> seed, string name, double limit)",
            "public override void Open(params string[] names)",
            "public static List<KeyValuePair<int, T[]>> Pairs<T>(ref T value) where T : ApiTextTests.Base, new()",
        }, ApiText.OfMembers(typeof(Derived)).ToArray());
        CollectionAssert.Contains(ApiText.OfMembers(typeof(DayOfWeek)).ToArray(), "Friday = 5");
    }

    [TestMethod]
    public void AWrongSignatureIsFound()
    {
        string[] right = [ApiText.OfType(typeof(Base)), .. ApiText.OfMembers(typeof(Base)).Select(member => "    " + member)];
        Assert.IsFalse(new ApiList(right).Differences(typeof(Base), complete: true).Any());

        string[] renamed = Array.ConvertAll(right, line => line.Replace("name = \"x\"", "name = \"y\""));
        StringAssert.Contains(new ApiList(renamed).Differences(typeof(Base), complete: false).Single(),
            "has what is not listed: public abstract Char Separator");
        StringAssert.Contains(new ApiList(renamed).Differences(typeof(Base), complete: true).Last(),
            "lacks: public abstract Char Separator");

        string[] otherBases = Array.ConvertAll(right, line => line.Replace(" : IDisposable", ""));
        StringAssert.Contains(new ApiList(otherBases).Differences(typeof(Base), complete: false).Single(),
            "is not listed; similar: MLSeqGraph");
        Assert.IsFalse(new ApiList([.. right, "    public void More()"]).Differences(typeof(Base), complete: false).Any(),
            "A subset is allowed.");
    }
}
