package hops;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInfo;
import zipkin2.storage.StorageComponent;

/** Zipkin's suites. Each test gets a collector of its own. */
class StorageKit {
  @Nested class ITTraces extends zipkin2.storage.ITTraces<CollectorStorage> {
    @Override protected boolean initializeStoragePerTest() {
      return true;
    }

    @Override protected StorageComponent.Builder newStorageBuilder(TestInfo test) {
      return new CollectorStorage.Builder();
    }

    @Override protected void clear() {
    }
  }

  @Nested class ITSpanStore extends zipkin2.storage.ITSpanStore<CollectorStorage> {
    @Override protected boolean initializeStoragePerTest() {
      return true;
    }

    @Override protected StorageComponent.Builder newStorageBuilder(TestInfo test) {
      return new CollectorStorage.Builder();
    }

    @Override protected void clear() {
    }
  }

  @Nested class ITSpanStoreHeavy extends zipkin2.storage.ITSpanStoreHeavy<CollectorStorage> {
    @Override protected boolean initializeStoragePerTest() {
      return true;
    }

    @Override protected StorageComponent.Builder newStorageBuilder(TestInfo test) {
      return new CollectorStorage.Builder();
    }

    @Override protected void clear() {
    }
  }

  @Nested class ITDependencies extends zipkin2.storage.ITDependencies<CollectorStorage> {
    @Override protected boolean initializeStoragePerTest() {
      return true;
    }

    @Override protected StorageComponent.Builder newStorageBuilder(TestInfo test) {
      return new CollectorStorage.Builder();
    }

    @Override protected void clear() {
    }
  }

  @Nested class ITDependenciesHeavy extends zipkin2.storage.ITDependenciesHeavy<CollectorStorage> {
    @Override protected boolean initializeStoragePerTest() {
      return true;
    }

    @Override protected StorageComponent.Builder newStorageBuilder(TestInfo test) {
      return new CollectorStorage.Builder();
    }

    @Override protected void clear() {
    }
  }

  @Nested class ITServiceAndSpanNames extends zipkin2.storage.ITServiceAndSpanNames<CollectorStorage> {
    @Override protected boolean initializeStoragePerTest() {
      return true;
    }

    @Override protected StorageComponent.Builder newStorageBuilder(TestInfo test) {
      return new CollectorStorage.Builder();
    }

    @Override protected void clear() {
    }
  }

  @Nested class ITAutocompleteTags extends zipkin2.storage.ITAutocompleteTags<CollectorStorage> {
    @Override protected boolean initializeStoragePerTest() {
      return true;
    }

    @Override protected StorageComponent.Builder newStorageBuilder(TestInfo test) {
      return new CollectorStorage.Builder();
    }

    @Override protected void clear() {
    }
  }

  @Nested class ITSearchEnabledFalse extends zipkin2.storage.ITSearchEnabledFalse<CollectorStorage> {
    @Override protected boolean initializeStoragePerTest() {
      return true;
    }

    @Override protected StorageComponent.Builder newStorageBuilder(TestInfo test) {
      return new CollectorStorage.Builder();
    }

    @Override protected void clear() {
    }
  }

  @Nested class ITStrictTraceIdFalse extends zipkin2.storage.ITStrictTraceIdFalse<CollectorStorage> {
    @Override protected boolean initializeStoragePerTest() {
      return true;
    }

    @Override protected StorageComponent.Builder newStorageBuilder(TestInfo test) {
      return new CollectorStorage.Builder();
    }

    @Override protected void clear() {
    }
  }
}
